package io.fleetcommand.processor.calls;

/**
 * The arithmetic of a paced limit, apart from any waiting: a bucket that holds at most {@code burst} calls and fills
 * evenly. In any window it lets through at most {@code burst} plus what fills in during the window, and that sum is the
 * limit. It starts empty, so that a restart cannot spend the burst twice. Not safe for use by many threads.
 */
final class Pace {
    /** The share of the limit that may be spent at once. */
    private static final double BURST_SHARE = 0.01;

    private final double burst;
    private final double perNano;
    private double level;
    private long levelAtNanos;

    /** @param limit how many calls any window of {@code windowNanos} may hold; 1 or more */
    Pace(int limit, long windowNanos, long nowNanos) {
        this.burst = Math.max(1, limit * BURST_SHARE);
        this.perNano = Math.max(0, limit - burst) / windowNanos;
        this.levelAtNanos = nowNanos;
        if (limit < 2 || windowNanos <= 0) {
            throw new IllegalArgumentException("a limit of " + limit + " calls per " + windowNanos + " ns");
        }
    }

    /** How many calls may be made now. */
    int available(long nowNanos) {
        fill(nowNanos);
        return (int) level;
    }

    /** Takes one call that is available. */
    void take() {
        if (level < 1) {
            throw new IllegalStateException("no call is available");
        }
        level -= 1;
    }

    /** Puts back one call that was taken and not made. */
    void putBack(long nowNanos) {
        fill(nowNanos);
        level = Math.min(burst, level + 1);
    }

    private void fill(long nowNanos) {
        level = Math.min(burst, level + (nowNanos - levelAtNanos) * perNano);
        levelAtNanos = nowNanos;
    }
}
