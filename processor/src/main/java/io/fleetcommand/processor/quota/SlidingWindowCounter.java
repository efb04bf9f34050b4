package io.fleetcommand.processor.quota;

/**
 * How many calls this instance has sent in the last window, and in its worst one so far. Counted in hundredths of a
 * window, rounded up: it may say a little too much, never too little. Safe for use by many threads.
 */
public final class SlidingWindowCounter {
    private static final int PARTS = 100;

    private final long partNanos;
    /** One more than a window has, so that the part that is only half over is counted whole. */
    private final int[] parts = new int[PARTS + 1];

    private long part;
    private int sum;
    private int worst;

    public SlidingWindowCounter(long windowNanos, long nowNanos) {
        this.partNanos = Math.max(1, windowNanos / PARTS);
        this.part = Math.floorDiv(nowNanos, partNanos);
    }

    synchronized void count(long nowNanos) {
        moveTo(nowNanos);
        parts[index(part)]++;
        sum++;
        worst = Math.max(worst, sum);
    }

    /** How many calls the window that ends now holds. */
    public synchronized int inWindow(long nowNanos) {
        moveTo(nowNanos);
        return sum;
    }

    /** The most calls that any window has held since the start. */
    public synchronized int worstWindow() {
        return worst;
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

    private int index(long ofPart) {
        return (int) Math.floorMod(ofPart, (long) parts.length);
    }
}
