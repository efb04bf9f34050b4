package io.fleetcommand.processor.quota;

/**
 * Counts the calls that this instance has sent in the last window, and in the fullest one so far. Counts in hundredths
 * of a window, rounded up: it may report slightly too much, never too little. Thread-safe.
 */
public final class SlidingWindowCounter {
    private static final int PARTS = 100;

    private final long partNanos;
    /** One part more than a window has, so that the part that has only begun to leave the window still counts. */
    private final int[] parts = new int[PARTS + 1];

    private long part;
    private int sum;
    private int max;

    public SlidingWindowCounter(long windowNanos, long nowNanos) {
        this.partNanos = Math.max(1, windowNanos / PARTS);
        this.part = Math.floorDiv(nowNanos, partNanos);
    }

    synchronized void count(long nowNanos) {
        moveTo(nowNanos);
        parts[index(part)]++;
        sum++;
        max = Math.max(max, sum);
    }

    /** How many calls were sent in the window that ends now. */
    public synchronized int inWindow(long nowNanos) {
        moveTo(nowNanos);
        return sum;
    }

    /** The most calls in any window since the start. */
    public synchronized int worstWindow() {
        return max;
    }

    private void moveTo(long nowNanos) {
        long now = Math.floorDiv(nowNanos, partNanos);
        for (long steps = Math.min(parts.length, now - part); steps > 0; steps--) {
            part++;
            sum -= parts[index(part)];
            parts[index(part)] = 0;
        }
        part = Math.max(part, now);
    }

    private int index(long partNumber) {
        return (int) Math.floorMod(partNumber, (long) parts.length);
    }
}
