package io.fleetcommand.processor.core.campaign;

/** What happened to a child of a campaign, as the task that calls the device tells it. */
public sealed interface ChildEvent {
    /** The highest attempt of the child that was claimed when this happened; 0 before the first. */
    int attempt();

    /** The child's state after this event, if it is news. */
    ChildState state();

    /** A call is under way. */
    record Called(int attempt) implements ChildEvent {
        @Override
        public ChildState state() {
            return ChildState.of(ChildState.Phase.IN_FLIGHT, attempt, 0);
        }
    }

    /**
     * The device did not answer, and is left alone.
     *
     * @param untilMs until when
     * @param tries how many calls in a row it has not answered
     */
    record Waiting(int attempt, long untilMs, int tries) implements ChildEvent {
        @Override
        public ChildState state() {
            return ChildState.of(ChildState.Phase.WAITING_FOR_DEVICE, attempt, untilMs);
        }
    }

    /** The child may run again. */
    record Ready(int attempt) implements ChildEvent {
        @Override
        public ChildState state() {
            return ChildState.of(ChildState.Phase.WAITING, attempt, 0);
        }
    }

    /** The child ended. */
    record Ended(int attempt, ChildEnd end) implements ChildEvent {
        @Override
        public ChildState state() {
            return ChildState.ended(attempt, end);
        }
    }
}
