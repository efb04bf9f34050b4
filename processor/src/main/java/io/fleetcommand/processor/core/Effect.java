package io.fleetcommand.processor.core;

import java.util.List;

/** Something the shell is to do. Rules return effects; they never act. */
public sealed interface Effect {
    void doWith(Shell shell);

    /** Append a fact to the journal. */
    record Append(Fact fact) implements Effect {
        @Override
        public void doWith(Shell shell) {
            shell.append(fact);
        }
    }

    /** Make the call of an attempt that this epoch has just won. */
    record Start(Request request, int attempt) implements Effect {
        @Override
        public void doWith(Shell shell) {
            shell.start(request, attempt);
        }
    }

    /**
     * Publish the one answer to all who should see it.
     *
     * @param others who asked for it again, from other addresses, while it was under way
     */
    record Publish(Request request, List<Asker> others, Answer answer) implements Effect {
        @Override
        public void doWith(Shell shell) {
            shell.publish(request, others, answer);
        }
    }

    /** A poll's call has read a variable: publish the value, and let others who wait for the same have it. */
    record Share(Request poll, Observation observation) implements Effect {
        @Override
        public void doWith(Shell shell) {
            shell.share(poll, observation);
        }
    }

    /** Send a stored answer again, to whoever asked again and to nobody else. */
    record Repeat(Request request, Answer answer) implements Effect {
        @Override
        public void doWith(Shell shell) {
            shell.repeat(request, answer);
        }
    }

    /** A call of a device failed, in a way that says that the next one would fail too: leave it alone for a while. */
    record BackOff(String deviceId, Outcome.Kind kind, long atMs) implements Effect {
        @Override
        public void doWith(Shell shell) {
            shell.backOff(deviceId, kind, atMs);
        }
    }

    /** A device has answered a call. */
    record Reached(String deviceId, long atMs) implements Effect {
        @Override
        public void doWith(Shell shell) {
            shell.reached(deviceId, atMs);
        }
    }

    /** The one who does what the rules say. */
    interface Shell {
        void append(Fact fact);

        void start(Request request, int attempt);

        void publish(Request request, List<Asker> others, Answer answer);

        void share(Request poll, Observation observation);

        void repeat(Request request, Answer answer);

        void backOff(String deviceId, Outcome.Kind kind, long atMs);

        void reached(String deviceId, long atMs);
    }
}
