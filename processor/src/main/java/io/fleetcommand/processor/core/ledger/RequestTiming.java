package io.fleetcommand.processor.core.ledger;

/**
 * Where a request's time went.
 *
 * @param receivedAtMs when the processor read it
 * @param waitingSinceMs since when it has been waiting, for its turn or for quota
 * @param waitedForTurnMs waits so far for order, not_before and back-off
 * @param waitedForQuotaMs waits so far for quota
 */
public record RequestTiming(long receivedAtMs, long waitingSinceMs, long waitedForTurnMs, long waitedForQuotaMs) {
    public static RequestTiming startingAt(long nowMs) {
        return new RequestTiming(nowMs, nowMs, 0, 0);
    }

    RequestTiming waitingAgain(long nowMs) {
        return new RequestTiming(receivedAtMs, nowMs, waitedForTurnMs, waitedForQuotaMs);
    }

    /** A call was granted to a request whose turn came at {@code eligibleSinceMs}. */
    RequestTiming granted(long eligibleSinceMs, long nowMs) {
        long turnMs = Math.min(nowMs, Math.max(eligibleSinceMs, waitingSinceMs));
        return new RequestTiming(
                receivedAtMs,
                nowMs,
                waitedForTurnMs + Math.max(0, turnMs - waitingSinceMs),
                waitedForQuotaMs + (nowMs - turnMs));
    }

    /** A claimed call was held until the quota let it go. */
    RequestTiming held(long heldMs) {
        return new RequestTiming(receivedAtMs, waitingSinceMs, waitedForTurnMs, waitedForQuotaMs + heldMs);
    }
}
