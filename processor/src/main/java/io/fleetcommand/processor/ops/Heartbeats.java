package io.fleetcommand.processor.ops;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * When each task was last heard of, by the monotonic clock: a task that is stuck because the wall clock was set back is
 * seen to be stuck. Thread-safe.
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

    /** Whether any task that started has been silent for longer. */
    boolean anySilentFor(Duration allowed) {
        long now = nanoClock.getAsLong();
        return lastNanos.values().stream().anyMatch(last -> now - last > allowed.toNanos());
    }
}
