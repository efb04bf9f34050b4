package io.fleetcommand.processor.quota;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines that cannot be read while the schema registry is away: the newest of each key. What a line says has ended soon
 * after, so one that was unreadable for that long is given up. Confined to the board's thread.
 */
final class PostponedMessages {
    /** Longer than any claim, demand or loan lasts; of a longer rest the next 429 tells again. */
    static final long LIFE_MS = 40_000;

    private static final long RETRY_MS = 1_000;
    private static final int MAX_LINES = 1_000;

    private final Map<String, Line> byKey = new LinkedHashMap<>();
    private long retryAtMs;

    /** One line, as it stands in the topic. */
    record Line(String key, byte[] value, long offset, long heardMs) {}

    void add(Line line) {
        byKey.remove(line.key());
        if (byKey.size() == MAX_LINES) {
            byKey.remove(byKey.keySet().iterator().next());
        }
        byKey.put(line.key(), line);
    }

    /** A later line of this key was read. */
    void replaced(String key) {
        byKey.remove(key);
    }

    /** Whether a line before an offset may still say something. */
    boolean isAnyBefore(long offset, long nowMs) {
        byKey.values().removeIf(line -> Math.abs(nowMs - line.heardMs()) >= LIFE_MS);
        return byKey.values().stream().anyMatch(line -> line.offset() < offset);
    }

    /** The lines to try again now, oldest first; none until a second after the last time. */
    List<Line> due(long nowMs) {
        byKey.values().removeIf(line -> Math.abs(nowMs - line.heardMs()) >= LIFE_MS);
        if (nowMs < retryAtMs && retryAtMs - nowMs <= RETRY_MS) {
            return List.of();
        }
        retryAtMs = nowMs + RETRY_MS;
        return new ArrayList<>(byKey.values());
    }
}
