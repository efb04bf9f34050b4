package io.fleetcommand.simulator.limits;

import java.time.Duration;

/**
 * At most so many accepted requests within any window, for one source address and one set of routes. A refused request
 * arrived, but does not use up the limit. Thread-safe.
 */
final class RateLimit {
    private final int limit;
    private final SlidingWindow arrived;
    private final SlidingWindow accepted;
    private long latestNanos = Long.MIN_VALUE;

    RateLimit(int limit, Duration window) {
        this.limit = limit;
        this.arrived = new SlidingWindow(window.toNanos());
        this.accepted = new SlidingWindow(window.toNanos());
    }

    synchronized LimitDecision admit(long readNanos) {
        // Two threads may get here in another order than that in which they read the clock.
        long nowNanos = Math.max(latestNanos, readNanos);
        latestNanos = nowNanos;
        arrived.add(nowNanos);
        if (accepted.sizeAt(nowNanos) >= limit) {
            return LimitDecision.refused(accepted.oldestLeavesAtNanos() - nowNanos);
        }
        accepted.add(nowNanos);
        return LimitDecision.ACCEPTED;
    }

    synchronized WindowUse use(long nowNanos) {
        return new WindowUse(arrived.most(), accepted.most(), accepted.sizeAt(nowNanos));
    }

    synchronized void forgetWorst(long nowNanos) {
        arrived.forgetMost(nowNanos);
        accepted.forgetMost(nowNanos);
    }

    synchronized boolean idle(long nowNanos) {
        return arrived.sizeAt(nowNanos) == 0;
    }
}
