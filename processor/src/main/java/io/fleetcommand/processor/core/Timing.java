package io.fleetcommand.processor.core;

/**
 * Where a request's time went.
 *
 * @param receivedAtMs when the processor read it
 * @param waitingSinceMs since when it has been waiting, for its turn or for quota
 * @param waitedForTurnMs waits so far for order, not_before and back-off
 * @param waitedForQuotaMs waits so far for quota
 */
public record Timing(long receivedAtMs, long waitingSinceMs, long waitedForTurnMs, long waitedForQuotaMs) {
    public static Timing startingAt(long nowMs) {
        return new Timing(nowMs, nowMs, 0, 0);
    }

    Timing waitingAgain(long nowMs) {
        return new Timing(receivedAtMs, nowMs, waitedForTurnMs, waitedForQuotaMs);
    }

    /** A call was granted to a request whose turn came at {@code eligibleSinceMs}. */
    Timing granted(long eligibleSinceMs, long nowMs) {
        long turnMs = Math.min(nowMs, Math.max(eligibleSinceMs, waitingSinceMs));
        return new Timing(
                receivedAtMs,
                nowMs,
                waitedForTurnMs + Math.max(0, turnMs - waitingSinceMs),
                waitedForQuotaMs + (nowMs - turnMs));
    }

    /** A claimed call was held until the quota let it go. */
    Timing held(long heldMs) {
        return new Timing(receivedAtMs, waitingSinceMs, waitedForTurnMs, waitedForQuotaMs + heldMs);
    }
}
