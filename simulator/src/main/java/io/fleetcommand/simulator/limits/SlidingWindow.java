package io.fleetcommand.simulator.limits;

/**
 * How many events lie within the last W nanoseconds, exactly: it keeps the time of each. An event counts from its own
 * instant until just before W later. Times must not go backwards. Not thread-safe.
 */
final class SlidingWindow {
    private static final int FIRST_CAPACITY = 64;

    private final long windowNanos;
    private long[] times = new long[FIRST_CAPACITY];
    private int first;
    private int size;
    private int most;

    SlidingWindow(long windowNanos) {
        this.windowNanos = windowNanos;
    }

    int sizeAt(long nowNanos) {
        while (size > 0 && nowNanos - times[first] >= windowNanos) {
            first = (first + 1) % times.length;
            size--;
        }
        return size;
    }

    void add(long nowNanos) {
        sizeAt(nowNanos);
        if (size == times.length) {
            grow();
        }
        times[(first + size) % times.length] = nowNanos;
        size++;
        most = Math.max(most, size);
    }

    /** The largest number of events that ever lay within one window. */
    int most() {
        return most;
    }

    /** Forgets the largest number so far: what lies within the window now is the first candidate of the new one. */
    void forgetMost(long nowNanos) {
        most = sizeAt(nowNanos);
    }

    /** When the oldest event leaves the window; the window must not be empty. */
    long oldestLeavesAtNanos() {
        return times[first] + windowNanos;
    }

    private void grow() {
        var larger = new long[times.length * 2];
        int untilEnd = times.length - first;
        System.arraycopy(times, first, larger, 0, untilEnd);
        System.arraycopy(times, 0, larger, untilEnd, size - untilEnd);
        times = larger;
        first = 0;
    }
}
