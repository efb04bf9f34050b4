package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Source;
import java.util.Collection;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The running tasks of this instance, and the sums of their counts. Thread-safe. */
public final class TaskRegistry {
    private final Map<Integer, OpenRequestCounts> byPartition = new ConcurrentHashMap<>();

    OpenRequestCounts started(int partition) {
        OpenRequestCounts counts = new OpenRequestCounts();
        byPartition.put(partition, counts);
        return counts;
    }

    void ended(int partition, OpenRequestCounts counts) {
        byPartition.remove(partition, counts);
    }

    SortedSet<Integer> partitions() {
        return new TreeSet<>(byPartition.keySet());
    }

    long open(Priority priority, RequestPhase phase) {
        return tasks().stream().mapToLong(task -> task.open(priority, phase)).sum();
    }

    /** How long the oldest waiting request of a priority has waited, in milliseconds; 0 if none is waiting. */
    long oldestWaitingMs(Priority priority, long nowMs) {
        return tasks().stream()
                .flatMapToLong(task -> task.oldestWaitingMs(priority).stream())
                .map(sinceMs -> Math.max(0, nowMs - sinceMs))
                .max()
                .orElse(0);
    }

    long devicesBackingOff() {
        return tasks().stream().mapToLong(OpenRequestCounts::backingOff).sum();
    }

    /** Number of records held for the schema registry. */
    long held(Source source) {
        return tasks().stream().mapToLong(task -> task.held(source)).sum();
    }

    private Collection<OpenRequestCounts> tasks() {
        return byPartition.values();
    }
}
