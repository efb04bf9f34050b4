package io.fleetcommand.processor.core;

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

    /** Publish the one answer to all who should see it. */
    record Publish(Request request, Answer answer) implements Effect {
        @Override
        public void doWith(Shell shell) {
            shell.publish(request, answer);
        }
    }

    /** Send a stored answer again, to whoever asked again and to nobody else. */
    record Repeat(Request request, Answer answer) implements Effect {
        @Override
        public void doWith(Shell shell) {
            shell.repeat(request, answer);
        }
    }

    /** The one who does what the rules say. */
    interface Shell {
        void append(Fact fact);

        void start(Request request, int attempt);

        void publish(Request request, Answer answer);

        void repeat(Request request, Answer answer);
    }
}
