package io.fleetcommand.processor.quota;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages that cannot be decoded while the schema registry is unavailable: the newest of each key. What a message says
 * expires soon, so one that stays unreadable for that long is dropped. Confined to the coordinator's thread.
 */
final class PostponedMessages {
    /**
     * Longer than any claim, demand or loan lasts. A cool-down may last longer; then the next 429 announces it again.
     */
    static final long LIFE_MS = 40_000;

    private static final long RETRY_MS = 1_000;
    private static final int MAX_MESSAGES = 1_000;

    private final Map<String, RawMessage> byKey = new LinkedHashMap<>();
    private long retryAtMs;

    /** One message as it is stored in the topic. */
    record RawMessage(String key, byte[] value, long offset, long receivedAtMs) {}

    void add(RawMessage message) {
        byKey.remove(message.key());
        if (byKey.size() == MAX_MESSAGES) {
            byKey.remove(byKey.keySet().iterator().next());
        }
        byKey.put(message.key(), message);
    }

    /** Drops the message of a key for which a later one was read. */
    void remove(String key) {
        byKey.remove(key);
    }

    /** Whether a message before an offset is still postponed and not expired. */
    boolean hasAnyBefore(long offset, long nowMs) {
        byKey.values().removeIf(message -> Math.abs(nowMs - message.receivedAtMs()) >= LIFE_MS);
        return byKey.values().stream().anyMatch(message -> message.offset() < offset);
    }

    /** The messages to decode again now, oldest first; none within a second of the last attempt. */
    List<RawMessage> due(long nowMs) {
        byKey.values().removeIf(message -> Math.abs(nowMs - message.receivedAtMs()) >= LIFE_MS);
        if (nowMs < retryAtMs && retryAtMs - nowMs <= RETRY_MS) {
            return List.of();
        }
        retryAtMs = nowMs + RETRY_MS;
        return new ArrayList<>(byKey.values());
    }
}
