package io.fleetcommand.simulator.counts;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts by key, for a small closed set of keys. Thread-safe. */
public final class CountByKey<K extends Comparable<K>> {
    private final ConcurrentHashMap<K, LongAdder> counts = new ConcurrentHashMap<>();

    public void add(K key) {
        var known = counts.get(key);
        (known != null ? known : counts.computeIfAbsent(key, fresh -> new LongAdder())).increment();
    }

    public long of(K key) {
        var count = counts.get(key);
        return count == null ? 0 : count.sum();
    }

    public Map<K, Long> all() {
        var all = new TreeMap<K, Long>();
        counts.forEach((key, count) -> all.put(key, count.sum()));
        return all;
    }

    public void clear() {
        counts.clear();
    }
}
