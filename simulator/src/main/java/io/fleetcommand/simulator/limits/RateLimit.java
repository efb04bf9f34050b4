package io.fleetcommand.simulator.limits;

import java.time.Duration;

/**
 * Limits the accepted requests within any window, for one source address and one set of routes. A refused request
 * counts as arrived, but does not use up the limit. Thread-safe.
 */
final class RateLimit {
    private final int limit;
    private final SlidingWindow arrived;
    private final SlidingWindow accepted;
    private long maxNanos = Long.MIN_VALUE;

    RateLimit(int limit, Duration window) {
        this.limit = limit;
        this.arrived = new SlidingWindow(window.toNanos());
        this.accepted = new SlidingWindow(window.toNanos());
    }

    synchronized LimitDecision admit(long readNanos) {
        // Threads may acquire the lock in another order than they read the clock.
        long nowNanos = Math.max(maxNanos, readNanos);
        maxNanos = nowNanos;
        arrived.add(nowNanos);
        if (accepted.sizeAt(nowNanos) >= limit) {
            return LimitDecision.refused(accepted.oldestLeavesAtNanos() - nowNanos);
        }
        accepted.add(nowNanos);
        return LimitDecision.ACCEPTED;
    }

    synchronized WindowUse use(long nowNanos) {
        return new WindowUse(arrived.maxSize(), accepted.maxSize(), accepted.sizeAt(nowNanos));
    }

    synchronized void resetWorst(long nowNanos) {
        arrived.resetMaxSize(nowNanos);
        accepted.resetMaxSize(nowNanos);
    }

    synchronized boolean idle(long nowNanos) {
        return arrived.sizeAt(nowNanos) == 0;
    }
}
