package io.fleetcommand.simulator.limits;

import java.time.Duration;

/**
 * Locks one source address out of token creation after a number of consecutive failures; a success resets the count.
 * Attempts during the lock-out do not extend it. Thread-safe.
 */
final class LockOut {
    private final int maxFailures;
    private final long lengthNanos;
    private int consecutiveFailures;
    private boolean locked;
    private long endsAtNanos;

    LockOut(int maxFailures, Duration length) {
        this.maxFailures = maxFailures;
        this.lengthNanos = length.toNanos();
    }

    synchronized LimitDecision admit(long nowNanos) {
        if (locked && nowNanos >= endsAtNanos) {
            locked = false;
            consecutiveFailures = 0;
        }
        return locked ? LimitDecision.refused(endsAtNanos - nowNanos) : LimitDecision.ACCEPTED;
    }

    /** @return whether this failure locks the address out */
    synchronized boolean failed(long nowNanos) {
        consecutiveFailures++;
        if (locked || consecutiveFailures < maxFailures) {
            return false;
        }
        locked = true;
        endsAtNanos = nowNanos + lengthNanos;
        return true;
    }

    synchronized void succeeded() {
        consecutiveFailures = 0;
    }
}
