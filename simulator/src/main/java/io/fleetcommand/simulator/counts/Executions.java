package io.fleetcommand.simulator.counts;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What ran on which device, in order. The totals are exact without end; the list holds the first executions up to its
 * bound, and tells how many it did not keep. Thread-safe.
 */
public final class Executions {
    private final int mostKept;
    private final ConcurrentHashMap<String, List<Execution>> byDevice = new ConcurrentHashMap<>();
    private final AtomicLong sequence = new AtomicLong();
    private final LongAdder functions = new LongAdder();
    private final LongAdder variables = new LongAdder();
    private final LongAdder unheard = new LongAdder();
    private final AtomicLong kept = new AtomicLong();

    /** @param mostKept most executions of the whole fleet that are kept one by one */
    public Executions(int mostKept) {
        this.mostKept = mostKept;
    }

    public void add(String deviceId, Execution.Kind kind, String name, String argument, boolean heard, long atNanos) {
        (kind == Execution.Kind.FUNCTION ? functions : variables).increment();
        if (!heard) {
            unheard.increment();
        }
        if (kept.get() >= mostKept) {
            return;
        }
        kept.incrementAndGet();
        byDevice.compute(deviceId, (id, list) -> {
            var executions = list == null ? new ArrayList<Execution>(4) : list;
            executions.add(new Execution(kind, name, argument, heard, atNanos, sequence.incrementAndGet()));
            return executions;
        });
    }

    /** Of one device, in the order in which they ran. */
    public List<Execution> of(String deviceId) {
        var copy = new ArrayList<Execution>();
        byDevice.computeIfPresent(deviceId, (id, list) -> {
            copy.addAll(list);
            return list;
        });
        return copy;
    }

    /** Device, then function, then argument: how often it ran. */
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

    /** Device, then variable: how often it was read. */
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

    /** Executions that ended in a time-out as seen by the caller. */
    public long unheard() {
        return unheard.sum();
    }

    public long notKept() {
        return functions() + variables() - kept.get();
    }

    public void clear() {
        byDevice.clear();
        functions.reset();
        variables.reset();
        unheard.reset();
        kept.set(0);
    }
}
