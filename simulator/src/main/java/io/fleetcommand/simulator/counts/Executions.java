package io.fleetcommand.simulator.counts;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Records the executions of all devices, in order. The totals are always exact; only the first executions are recorded
 * individually, up to a bound, and the rest is counted as dropped. Thread-safe.
 */
public final class Executions {
    private final int maxKept;
    private final ConcurrentHashMap<String, List<Execution>> byDevice = new ConcurrentHashMap<>();
    private final AtomicLong sequence = new AtomicLong();
    private final LongAdder functions = new LongAdder();
    private final LongAdder variables = new LongAdder();
    private final LongAdder unacknowledged = new LongAdder();
    private final AtomicLong kept = new AtomicLong();

    /** @param maxKept maximum number of executions of the whole fleet that are recorded individually */
    public Executions(int maxKept) {
        this.maxKept = maxKept;
    }

    public void add(
            String deviceId, Execution.Kind kind, String name, String argument, boolean acknowledged, long atNanos) {
        (kind == Execution.Kind.FUNCTION ? functions : variables).increment();
        if (!acknowledged) {
            unacknowledged.increment();
        }
        if (kept.get() >= maxKept) {
            return;
        }
        kept.incrementAndGet();
        byDevice.compute(deviceId, (id, list) -> {
            var executions = list == null ? new ArrayList<Execution>(4) : list;
            executions.add(new Execution(kind, name, argument, acknowledged, atNanos, sequence.incrementAndGet()));
            return executions;
        });
    }

    /** The executions of one device, in order. */
    public List<Execution> of(String deviceId) {
        var copy = new ArrayList<Execution>();
        byDevice.computeIfPresent(deviceId, (id, list) -> {
            copy.addAll(list);
            return list;
        });
        return copy;
    }

    /** The number of executions by device, function and argument. */
    public Map<String, Map<String, Map<String, Integer>>> functionRuns() {
        var runs = new TreeMap<String, Map<String, Map<String, Integer>>>();
        for (var deviceId : byDevice.keySet()) {
            for (var execution : of(deviceId)) {
                if (execution.kind() == Execution.Kind.FUNCTION) {
                    runs.computeIfAbsent(deviceId, id -> new TreeMap<>())
                            .computeIfAbsent(execution.name(), name -> new TreeMap<>())
                            .merge(execution.argument(), 1, Integer::sum);
                }
            }
        }
        return runs;
    }

    /** The number of reads by device and variable. */
    public Map<String, Map<String, Integer>> variableReads() {
        var reads = new TreeMap<String, Map<String, Integer>>();
        for (var deviceId : byDevice.keySet()) {
            for (var execution : of(deviceId)) {
                if (execution.kind() == Execution.Kind.VARIABLE) {
                    reads.computeIfAbsent(deviceId, id -> new TreeMap<>()).merge(execution.name(), 1, Integer::sum);
                }
            }
        }
        return reads;
    }

    public long functions() {
        return functions.sum();
    }

    public long variables() {
        return variables.sum();
    }

    /** The number of executions that were a timeout for the caller. */
    public long unacknowledged() {
        return unacknowledged.sum();
    }

    public long dropped() {
        return functions() + variables() - kept.get();
    }

    public void clear() {
        byDevice.clear();
        functions.reset();
        variables.reset();
        unacknowledged.reset();
        kept.set(0);
    }
}
