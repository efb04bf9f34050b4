package io.fleetcommand.processor.replies;

/**
 * How long a thread may wait: a tenth of the time that passes, saved up to a limit. Thread-safe; threads that share it
 * wait for a tenth of the time together.
 */
final class WaitAllowance {
    private static final int SHARE = 10;

    private final long maxNanos;
    private long savedNanos;
    private long atNanos;

    WaitAllowance(long maxNanos, long nowNanos) {
        this.maxNanos = maxNanos;
        this.savedNanos = maxNanos;
        this.atNanos = nowNanos;
    }

    /** The longest wait that may begin now. */
    synchronized long atMostNanos(long nowNanos) {
        long passed = Math.max(0, nowNanos - atNanos);
        savedNanos = Math.min(maxNanos, savedNanos + passed / SHARE);
        atNanos = nowNanos;
        return Math.max(0, savedNanos);
    }

    synchronized void waited(long nanos) {
        savedNanos -= nanos;
    }
}
