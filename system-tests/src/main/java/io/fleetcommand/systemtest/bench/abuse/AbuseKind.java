package io.fleetcommand.systemtest.bench.abuse;

/**
 * One way to abuse the system.
 *
 * @param name of its figures in the report
 * @param description what is sent, for people
 * @param timing when it is committed
 * @param aftermath what is done with the processor once it was measured
 * @param action commits it
 */
record AbuseKind(String name, String description, Timing timing, Aftermath aftermath, Action action) {
    /** When the abuse is committed. */
    enum Timing {
        /** While the innocent caller is measured. */
        BESIDE,
        /** While the processor is down, as after an outage: it starts upon the backlog. */
        WHILE_DOWN
    }

    /** What is done with the processor once the innocent caller was measured. */
    enum Aftermath {
        /** It goes on; nothing of the abuse is left. */
        NONE,
        /** It is killed and started again upon what the abuse left behind. */
        RESTART,
        /** The same, and the stack is replaced: the abuse leaves a backlog that would disturb what is measured next. */
        RESTART_AND_REPLACE
    }

    /** What an abuser does. It returns once all of it is sent, or has lasted for a phase. */
    @FunctionalInterface
    interface Action {
        void commit(Abuser abuser) throws Exception;
    }

    static AbuseKind beside(String name, String description, Action action) {
        return new AbuseKind(name, description, Timing.BESIDE, Aftermath.NONE, action);
    }

    /** Whether the processor was started anew once this was measured. */
    boolean isRestarted() {
        return aftermath != Aftermath.NONE || timing == Timing.WHILE_DOWN;
    }

    AbuseKind thenRestart() {
        return new AbuseKind(name, description, timing, Aftermath.RESTART, action);
    }

    AbuseKind leavingBacklog() {
        return new AbuseKind(name, description, timing, Aftermath.RESTART_AND_REPLACE, action);
    }

    AbuseKind whileDown() {
        return new AbuseKind(name, description, Timing.WHILE_DOWN, aftermath, action);
    }
}
