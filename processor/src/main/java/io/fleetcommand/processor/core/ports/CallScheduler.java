package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.List;
import java.util.Optional;

/**
 * Whose turn it is, among the open requests of one task, and what is due for those that are under way. Deadlines of
 * those that wait are kept elsewhere. Owned by the task's stream thread.
 */
public interface CallScheduler {
    /** Takes note of an entry's newest state, after the backlog has; one that is not open leaves the agenda. */
    void put(LedgerEntry entry, long nowMs);

    /** The rights for which somebody may be called now: priority by priority, and in each in the order of turns. */
    List<Permit> wanted(long nowMs);

    /** The request that is to be called next by such a right, if any may be called now. */
    Optional<Turn> next(Permit permit, long nowMs);

    /** A request under way whose wake time has come; each is given once. */
    Optional<RequestKey> nextTimer(long nowMs);

    /** A device's rest, of which it asks for others itself, is new, longer or over. */
    void backoffChanged(String deviceId, long nowMs);

    /** Where the lines of a device's polls begin: by line a place that none that waits, or is claimed, stands before. */
    List<QueuePosition> polls(String deviceId);

    /** How many requests are under way: claimed, called or closing. */
    int inProgress();

    /**
     * A request whose turn has come.
     *
     * @param eligibleSinceMs since when nothing but quota has been lacking
     */
    record Turn(RequestKey key, QueuePosition position, Permit permit, long eligibleSinceMs) {}
}
