package io.fleetcommand.simulator.limits;

import java.time.Duration;

/**
 * Locks one source address out of token creation after so many failures in a row; a success starts the count anew. No
 * attempt during the lock-out counts. Thread-safe.
 */
final class LockOut {
    private final int after;
    private final long lengthNanos;
    private int failuresInARow;
    private boolean locked;
    private long endsAtNanos;

    LockOut(int after, Duration length) {
        this.after = after;
        this.lengthNanos = length.toNanos();
    }

    synchronized LimitDecision admit(long nowNanos) {
        if (locked && nowNanos >= endsAtNanos) {
            locked = false;
            failuresInARow = 0;
        }
        return locked ? LimitDecision.refused(endsAtNanos - nowNanos) : LimitDecision.ACCEPTED;
    }

    /** Returns whether this failure locks the address out. */
    synchronized boolean failed(long nowNanos) {
        failuresInARow++;
        if (locked || failuresInARow < after) {
            return false;
        }
        locked = true;
        endsAtNanos = nowNanos + lengthNanos;
        return true;
    }

    synchronized void succeeded() {
        failuresInARow = 0;
    }
}
