package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides which open request of one task is called next, and keeps the timers of requests in progress. Deadlines of
 * waiting requests are kept elsewhere. Confined to the task's stream thread.
 */
public interface CallScheduler {
    /** Applies an entry's newest state, after the backlog has it; an entry that is not open is removed. */
    void put(LedgerEntry entry, long nowMs);

    /**
     * The next request to call. It keeps its turn until {@link #put} has its next state.
     *
     * @param reserve reserves a permit of one of these classes, see {@link CallLimiter#tryReserve}; called with
     *     the classes in which a request may be called now: by priority, and within a priority in the order of turns
     * @return the turn of the permit that was reserved; empty if there was none
     */
    Optional<Turn> next(Function<List<QuotaClass>, Optional<Permit>> reserve, long nowMs);

    /** A request in progress whose timer has fired; each is returned once. */
    Optional<RequestKey> nextTimer(long nowMs);

    /** The back-off of a device has started or was extended, and {@link DeviceBackoffs} has it. */
    void backOff(String deviceId, long untilMs, long nowMs);

    /** The back-off of a device is over: it has answered, or was not called for long. */
    void endBackoff(String deviceId, long nowMs);

    /** For each queue of polls at a device a position at or before its first poll that waits or is in progress. */
    List<QueuePosition> polls(String deviceId);

    /**
     * A request whose turn it is.
     *
     * @param permit reserved for its call; the caller releases it
     * @param eligibleSinceMs since when it has waited for quota only
     */
    record Turn(RequestKey key, QueuePosition position, Permit permit, long eligibleSinceMs) {}
}
