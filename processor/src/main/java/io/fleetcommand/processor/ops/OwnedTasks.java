package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Source;
import java.util.Collection;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The tasks that run in this instance, and what they hold together. Safe for use by many threads. */
public final class OwnedTasks {
    private final Map<Integer, Census> byPartition = new ConcurrentHashMap<>();

    Census starts(int partition) {
        Census census = new Census();
        byPartition.put(partition, census);
        return census;
    }

    void ended(int partition, Census census) {
        byPartition.remove(partition, census);
    }

    SortedSet<Integer> partitions() {
        return new TreeSet<>(byPartition.keySet());
    }

    long open(Lane lane, Phase phase) {
        return tasks().stream().mapToLong(task -> task.open(lane, phase)).sum();
    }

    /** For how long the oldest request of a lane that waits has waited; 0 if none does. */
    long oldestWaitingMs(Lane lane, long nowMs) {
        return tasks().stream()
                .flatMapToLong(task -> task.oldestWaitingMs(lane).stream())
                .map(sinceMs -> Math.max(0, nowMs - sinceMs))
                .max()
                .orElse(0);
    }

    long restingDevices() {
        return tasks().stream().mapToLong(Census::resting).sum();
    }

    /** Records that wait for the schema registry. */
    long held(Source source) {
        return tasks().stream().mapToLong(task -> task.held(source)).sum();
    }

    private Collection<Census> tasks() {
        return byPartition.values();
    }
}
