package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import java.util.Optional;

/**
 * Limits how many requests of a task are being terminated: their journal events would delay the claims of all other
 * requests in the partition. Confined to the task's stream thread.
 */
final class TerminationLimit {
    private static final int MAX_TERMINATING = 64;

    private int terminating;

    /** An entry was in the store when the task started. */
    void found(LedgerEntry entry) {
        terminating += isTerminating(entry) ? 1 : 0;
    }

    /** @param known the entry before the change, if it was in the store */
    void changed(Optional<LedgerEntry> known, LedgerEntry next) {
        terminating += isTerminating(next) ? 1 : 0;
        terminating -= known.filter(TerminationLimit::isTerminating).isPresent() ? 1 : 0;
    }

    /** Whether further overdue requests wait until others have ended. */
    boolean isReached() {
        return terminating >= MAX_TERMINATING;
    }

    private static boolean isTerminating(LedgerEntry entry) {
        return entry.phase() == RequestPhase.TERMINATING;
    }
}
