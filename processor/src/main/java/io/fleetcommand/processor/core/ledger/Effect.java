package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.Request;
import java.util.List;

/** An effect of a {@link Step}, executed by the stream task. The rules return effects and never act themselves. */
public sealed interface Effect {
    void applyTo(Handler handler);

    /** Appends an event to the journal. */
    record Append(JournalEvent event) implements Effect {
        @Override
        public void applyTo(Handler handler) {
            handler.append(event);
        }
    }

    /** Starts the call of an attempt that this epoch has just claimed. */
    record Start(Request request, int attempt) implements Effect {
        @Override
        public void applyTo(Handler handler) {
            handler.start(request, attempt);
        }
    }

    /**
     * Publishes the result of a request to every caller.
     *
     * @param others the callers that sent it again, from other addresses, while it was in progress
     */
    record Publish(Request request, List<Asker> others, Result result) implements Effect {
        @Override
        public void applyTo(Handler handler) {
            handler.publish(request, others, result);
        }
    }

    /** A poll's call has read a variable: publishes the value and serves other polls that wait for it. */
    record Share(Request poll, CachedReading reading) implements Effect {
        @Override
        public void applyTo(Handler handler) {
            handler.share(poll, reading);
        }
    }

    /** Sends a stored result again, only to the caller that sent the request again. */
    record Repeat(Request request, Result result) implements Effect {
        @Override
        public void applyTo(Handler handler) {
            handler.repeat(request, result);
        }
    }

    /** A call failed in a way that suggests that the device's next calls fail too: starts or extends its back-off. */
    record BackOff(String deviceId, Outcome.Kind kind, long atMs) implements Effect {
        @Override
        public void applyTo(Handler handler) {
            handler.backOff(deviceId, kind, atMs);
        }
    }

    /** A device has answered a call: ends its back-off. */
    record Reached(String deviceId, long atMs) implements Effect {
        @Override
        public void applyTo(Handler handler) {
            handler.reached(deviceId, atMs);
        }
    }

    /** Executes effects. */
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
