package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Status;

/**
 * Serves polls with a value that was read for another poll. Polls have no side effects, so a served poll needs no call
 * of its own, and its claim, if it is read back later, is void.
 */
final class CoalescedReads {
    private CoalescedReads() {}

    /**
     * Whether a poll waits for its call and the value is fresh enough for it. A poll that is terminating ends as
     * decided.
     */
    static boolean serves(CachedReading reading, LedgerEntry entry, long nowMs) {
        return (entry.phase() == RequestPhase.READY || entry.phase() == RequestPhase.CLAIMING)
                && !entry.cancelled()
                && entry.request()
                        .filter(poll -> nowMs <= poll.deadlineMs())
                        .filter(poll -> reading.serves(poll, entry.timing().receivedAtMs()))
                        .isPresent();
    }

    static Result result(LedgerEntry entry, CachedReading reading, long nowMs) {
        return new Result(
                Status.SUCCEEDED,
                Reason.NONE,
                reading.note(),
                reading.value(),
                reading.httpStatus(),
                entry.attempts().counted(),
                entry.phase() == RequestPhase.READY ? entry.timing().granted(nowMs, nowMs) : entry.timing(),
                entry.attempts().cloudMs(),
                nowMs,
                reading.ageMs(nowMs));
    }
}
