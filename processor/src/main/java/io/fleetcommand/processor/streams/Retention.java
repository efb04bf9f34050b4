package io.fleetcommand.processor.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Forgets what a store need not remember any longer. It walks through the store a small step at a time, round and round,
 * so that the stream is never held up. Owned by the task's stream thread.
 */
final class Retention<V> {
    private static final int STEP = 500;

    private final KeyValueStore<String, V> store;
    private final BiPredicate<V, Long> isForgettable;
    private String position = "";

    /** @param isForgettable whether a value may be forgotten at a time */
    Retention(KeyValueStore<String, V> store, BiPredicate<V, Long> isForgettable) {
        this.store = store;
        this.isForgettable = isForgettable;
    }

    void step(long nowMs) {
        List<String> old = new ArrayList<>();
        try (KeyValueIterator<String, V> walk = store.range(position, null)) {
            for (int seen = 0; seen < STEP && walk.hasNext(); seen++) {
                KeyValue<String, V> next = walk.next();
                if (isForgettable.test(next.value, nowMs)) {
                    old.add(next.key);
                }
            }
            position = walk.hasNext() ? walk.peekNextKey() : "";
        }
        old.forEach(store::delete);
    }
}
