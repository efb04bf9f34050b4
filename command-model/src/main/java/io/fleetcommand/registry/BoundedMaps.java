package io.fleetcommand.registry;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Thread-safe maps of bounded size. */
final class BoundedMaps {
    private BoundedMaps() {}

    /** Evicts the least recently used entry. */
    static <K, V> Map<K, V> lru(int max) {
        return bounded(max, true);
    }

    /** Evicts the entry that was added first. */
    static <K, V> Map<K, V> fifo(int max) {
        return bounded(max, false);
    }

    private static <K, V> Map<K, V> bounded(int max, boolean accessOrder) {
        return Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, accessOrder) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > max;
            }
        });
    }
}
