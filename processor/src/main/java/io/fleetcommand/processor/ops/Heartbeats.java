package io.fleetcommand.processor.ops;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The latest heartbeat of each task, by the monotonic clock, so that a task that is stuck because the wall clock was
 * set back is detected. Thread-safe.
 */
public final class Heartbeats {
    private final LongSupplier nanoClock;
    private final Map<String, Long> lastNanos = new ConcurrentHashMap<>();

    public Heartbeats(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    public void beat(String task) {
        lastNanos.put(task, nanoClock.getAsLong());
    }

    public void end(String task) {
        lastNanos.remove(task);
    }

    /** Whether any running task has been silent for longer. */
    boolean anySilentFor(Duration maxSilence) {
        long now = nanoClock.getAsLong();
        return lastNanos.values().stream().anyMatch(last -> now - last > maxSilence.toNanos());
    }
}
