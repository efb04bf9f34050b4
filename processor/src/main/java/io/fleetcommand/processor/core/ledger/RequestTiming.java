package io.fleetcommand.processor.core.ledger;

/**
 * How long a request has waited for what.
 *
 * @param receivedAtMs when the processor read it
 * @param waitingSinceMs since when it has been waiting, for its turn or for quota
 * @param waitedForTurnMs total wait so far for order, not_before and back-off
 * @param waitedForQuotaMs total wait so far for quota
 */
public record RequestTiming(long receivedAtMs, long waitingSinceMs, long waitedForTurnMs, long waitedForQuotaMs) {
    public static RequestTiming startingAt(long nowMs) {
        return new RequestTiming(nowMs, nowMs, 0, 0);
    }

    RequestTiming waitingAgain(long nowMs) {
        return new RequestTiming(receivedAtMs, nowMs, waitedForTurnMs, waitedForQuotaMs);
    }

    /** A permit was reserved for a request that was eligible since {@code eligibleSinceMs}. */
    RequestTiming granted(long eligibleSinceMs, long nowMs) {
        long turnMs = Math.min(nowMs, Math.max(eligibleSinceMs, waitingSinceMs));
        return new RequestTiming(
                receivedAtMs,
                nowMs,
                waitedForTurnMs + Math.max(0, turnMs - waitingSinceMs),
                waitedForQuotaMs + (nowMs - turnMs));
    }

    /** A claimed call has waited for quota for {@code heldMs}. */
    RequestTiming held(long heldMs) {
        return new RequestTiming(receivedAtMs, waitingSinceMs, waitedForTurnMs, waitedForQuotaMs + heldMs);
    }
}
