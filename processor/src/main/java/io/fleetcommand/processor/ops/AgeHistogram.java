package io.fleetcommand.processor.ops;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The times since which things wait, counted rather than kept, so that the oldest is known in bounded memory. To the
 * second; should they spread over hours, to a few seconds. Not safe for use by many threads.
 */
final class AgeHistogram {
    static final int MAX_BUCKETS = 4_096;
    private static final long FINEST_MS = 1_000;

    private final TreeMap<Long, Integer> counts = new TreeMap<>();
    private long widthMs = FINEST_MS;

    void add(long sinceMs) {
        counts.merge(Math.floorDiv(sinceMs, widthMs), 1, Integer::sum);
        while (counts.size() > MAX_BUCKETS) {
            widen();
        }
    }

    /** @param sinceMs one that was added */
    void remove(long sinceMs) {
        counts.computeIfPresent(
                Math.floorDiv(sinceMs, widthMs), (bucket, count) -> count == 1 ? null : Integer.valueOf(count - 1));
        if (counts.isEmpty()) {
            widthMs = FINEST_MS;
        }
    }

    /** The earliest, rounded down. */
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
