package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.RequestKey;

/**
 * An event of the journal. An attempt number belongs to the first {@link Claimed} or {@link Terminated} event with it
 * in the log; every later one is void.
 */
public sealed interface JournalEvent {
    RequestKey key();

    /** The attempt number, from 1. */
    int attempt();

    /** Identifies the start of the task that wrote the event. */
    String epoch();

    /** When it was written, in epoch milliseconds of the writer's clock. */
    long atMs();

    /** The writer claims the call of this attempt. */
    record Claimed(RequestKey key, int attempt, String epoch, long atMs) implements JournalEvent {}

    /**
     * The call of this attempt has ended; counts only for the epoch that claimed the attempt.
     *
     * @param heldMs how long it waited for quota after its claim was read back
     */
    record Finished(RequestKey key, int attempt, String epoch, Outcome outcome, long heldMs, long atMs)
            implements JournalEvent {
        /** The end of a call that did not wait for quota. */
        public Finished(RequestKey key, int attempt, String epoch, Outcome outcome, long atMs) {
            this(key, attempt, epoch, outcome, 0, atMs);
        }
    }

    /** The request ends without a further call. */
    record Terminated(RequestKey key, int attempt, String epoch, Termination termination, long atMs)
            implements JournalEvent {}
}
