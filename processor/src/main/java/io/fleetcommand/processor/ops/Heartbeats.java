package io.fleetcommand.processor.ops;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When each task was last heard of. Safe for use by many threads. */
public final class Heartbeats {
    private final Map<String, Long> lastMs = new ConcurrentHashMap<>();

    public void beat(String task, long nowMs) {
        lastMs.put(task, nowMs);
    }

    public void end(String task) {
        lastMs.remove(task);
    }

    /** Whether any task that started has been silent since before a time. */
    boolean anySilentSince(long limitMs) {
        return lastMs.values().stream().anyMatch(last -> last < limitMs);
    }
}
