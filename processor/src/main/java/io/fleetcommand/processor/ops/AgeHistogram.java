package io.fleetcommand.processor.ops;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A histogram of start times of waiting requests, so that the oldest is known in bounded memory. Resolution is one
 * second, coarser if the times spread over hours. Not thread-safe.
 */
final class AgeHistogram {
    static final int MAX_BUCKETS = 4_096;
    private static final long MIN_WIDTH_MS = 1_000;

    private final TreeMap<Long, Integer> counts = new TreeMap<>();
    private long widthMs = MIN_WIDTH_MS;

    void add(long sinceMs) {
        counts.merge(Math.floorDiv(sinceMs, widthMs), 1, Integer::sum);
        while (counts.size() > MAX_BUCKETS) {
            widen();
        }
    }

    /** @param sinceMs a time that was added before */
    void remove(long sinceMs) {
        counts.computeIfPresent(
                Math.floorDiv(sinceMs, widthMs), (bucket, count) -> count == 1 ? null : Integer.valueOf(count - 1));
        if (counts.isEmpty()) {
            widthMs = MIN_WIDTH_MS;
        }
    }

    /** The earliest time, rounded down to the resolution; empty if there is none. */
    OptionalLong oldestMs() {
        return counts.isEmpty() ? OptionalLong.empty() : OptionalLong.of(counts.firstKey() * widthMs);
    }

    private void widen() {
        Map<Long, Integer> fine = new TreeMap<>(counts);
        counts.clear();
        widthMs *= 2;
        fine.forEach((bucket, count) -> counts.merge(Math.floorDiv(bucket, 2L), count, Integer::sum));
    }
}
