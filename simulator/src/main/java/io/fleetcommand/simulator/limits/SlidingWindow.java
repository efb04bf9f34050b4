package io.fleetcommand.simulator.limits;

/**
 * Counts the events of the last W nanoseconds exactly, from their timestamps. An event counts from its own time until
 * just before W later. Times must not decrease. Not thread-safe.
 */
final class SlidingWindow {
    private static final int FIRST_CAPACITY = 64;

    private final long windowNanos;
    private long[] times = new long[FIRST_CAPACITY];
    private int first;
    private int size;
    private int maxSize;

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
        maxSize = Math.max(maxSize, size);
    }

    /** The maximum number of events within any window so far. */
    int maxSize() {
        return maxSize;
    }

    /** Resets the maximum to the current number of events. */
    void resetMaxSize(long nowNanos) {
        maxSize = sizeAt(nowNanos);
    }

    /** When the oldest event leaves the window, which must not be empty. */
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
