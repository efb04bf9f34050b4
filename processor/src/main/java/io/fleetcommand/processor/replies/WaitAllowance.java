package io.fleetcommand.processor.replies;

/**
 * Limits blocking to a tenth of the elapsed time: the allowance accumulates at that rate, up to a maximum. Thread-safe;
 * threads that share it share the allowance.
 */
final class WaitAllowance {
    private static final int RATIO = 10;

    private final long maxNanos;
    private long allowanceNanos;
    private long updatedNanos;

    WaitAllowance(long maxNanos, long nowNanos) {
        this.maxNanos = maxNanos;
        this.allowanceNanos = maxNanos;
        this.updatedNanos = nowNanos;
    }

    /** The longest wait that is allowed now, in nanoseconds. */
    synchronized long atMostNanos(long nowNanos) {
        long elapsed = Math.max(0, nowNanos - updatedNanos);
        allowanceNanos = Math.min(maxNanos, allowanceNanos + elapsed / RATIO);
        updatedNanos = nowNanos;
        return Math.max(0, allowanceNanos);
    }

    synchronized void waited(long nanos) {
        allowanceNanos -= nanos;
    }
}
