package io.fleetcommand.registry;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Maps of bounded size for many threads. */
final class BoundedMaps {
    private BoundedMaps() {}

    /** Forgets what was not asked for longest. */
    static <K, V> Map<K, V> lru(int most) {
        return bounded(most, true);
    }

    /** Forgets what was put in first. */
    static <K, V> Map<K, V> fifo(int most) {
        return bounded(most, false);
    }

    private static <K, V> Map<K, V> bounded(int most, boolean byUse) {
        return Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, byUse) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        });
    }
}
