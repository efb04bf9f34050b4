package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.RequestKey;

/**
 * One line of the journal. A number is taken by the first {@link Claimed} or {@link Terminated} with it in the log; every
 * later one is void.
 */
public sealed interface JournalEvent {
    RequestKey key();

    /** The attempt, from 1. */
    int attempt();

    /** Which start of a task wrote it. */
    String epoch();

    /** When it was written, in epoch milliseconds of the writer's clock. */
    long atMs();

    /** The writer wants to make the call of this attempt. */
    record Claimed(RequestKey key, int attempt, String epoch, long atMs) implements JournalEvent {}

    /**
     * The call of this attempt ended; counts only for the epoch that took the attempt.
     *
     * @param heldMs how long it waited for quota after its claim was read back
     */
    record Finished(RequestKey key, int attempt, String epoch, Outcome outcome, long heldMs, long atMs)
            implements JournalEvent {
        /** One that was not held. */
        public Finished(RequestKey key, int attempt, String epoch, Outcome outcome, long atMs) {
            this(key, attempt, epoch, outcome, 0, atMs);
        }
    }

    /** The request ends here without a call. */
    record Terminated(RequestKey key, int attempt, String epoch, Termination termination, long atMs)
            implements JournalEvent {}
}
