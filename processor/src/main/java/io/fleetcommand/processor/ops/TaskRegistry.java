package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Source;
import java.util.Collection;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The tasks that run in this instance, and what they hold together. Safe for use by many threads. */
public final class TaskRegistry {
    private final Map<Integer, OpenRequestCounts> byPartition = new ConcurrentHashMap<>();

    OpenRequestCounts starts(int partition) {
        OpenRequestCounts census = new OpenRequestCounts();
        byPartition.put(partition, census);
        return census;
    }

    void ended(int partition, OpenRequestCounts census) {
        byPartition.remove(partition, census);
    }

    SortedSet<Integer> partitions() {
        return new TreeSet<>(byPartition.keySet());
    }

    long open(Priority priority, RequestPhase phase) {
        return tasks().stream().mapToLong(task -> task.open(priority, phase)).sum();
    }

    /** For how long the oldest request of a priority that waits has waited; 0 if none does. */
    long oldestWaitingMs(Priority priority, long nowMs) {
        return tasks().stream()
                .flatMapToLong(task -> task.oldestWaitingMs(priority).stream())
                .map(sinceMs -> Math.max(0, nowMs - sinceMs))
                .max()
                .orElse(0);
    }

    long restingDevices() {
        return tasks().stream().mapToLong(OpenRequestCounts::resting).sum();
    }

    /** Records that wait for the schema registry. */
    long held(Source source) {
        return tasks().stream().mapToLong(task -> task.held(source)).sum();
    }

    private Collection<OpenRequestCounts> tasks() {
        return byPartition.values();
    }
}
