package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.Request;
import java.util.List;

/** Something the shell is to do. Rules return effects; they never act. */
public sealed interface Effect {
    void applyTo(Handler shell);

    /** Append a fact to the journal. */
    record Append(JournalEvent event) implements Effect {
        @Override
        public void applyTo(Handler shell) {
            shell.append(event);
        }
    }

    /** Make the call of an attempt that this epoch has just won. */
    record Start(Request request, int attempt) implements Effect {
        @Override
        public void applyTo(Handler shell) {
            shell.start(request, attempt);
        }
    }

    /**
     * Publish the one answer to all who should see it.
     *
     * @param others who asked for it again, from other addresses, while it was under way
     */
    record Publish(Request request, List<Asker> others, Result result) implements Effect {
        @Override
        public void applyTo(Handler shell) {
            shell.publish(request, others, result);
        }
    }

    /** A poll's call has read a variable: publish the value, and let others who wait for the same have it. */
    record Share(Request poll, CachedReading reading) implements Effect {
        @Override
        public void applyTo(Handler shell) {
            shell.share(poll, reading);
        }
    }

    /** Send a stored answer again, to whoever asked again and to nobody else. */
    record Repeat(Request request, Result result) implements Effect {
        @Override
        public void applyTo(Handler shell) {
            shell.repeat(request, result);
        }
    }

    /** A call of a device failed, in a way that says that the next one would fail too: leave it alone for a while. */
    record BackOff(String deviceId, Outcome.Kind kind, long atMs) implements Effect {
        @Override
        public void applyTo(Handler shell) {
            shell.backOff(deviceId, kind, atMs);
        }
    }

    /** A device has answered a call. */
    record Reached(String deviceId, long atMs) implements Effect {
        @Override
        public void applyTo(Handler shell) {
            shell.reached(deviceId, atMs);
        }
    }

    /** The one who does what the rules say. */
    interface Handler {
        void append(JournalEvent event);

        void start(Request request, int attempt);

        void publish(Request request, List<Asker> others, Result result);

        void share(Request poll, CachedReading reading);

        void repeat(Request request, Result result);

        void backOff(String deviceId, Outcome.Kind kind, long atMs);

        void reached(String deviceId, long atMs);
    }
}
