package io.fleetcommand.processor.streams.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Deletes expired entries of a store. It scans the store in small steps, so that the stream thread is never held up,
 * and pauses between rounds of an eighth of the retention: an entry lives for up to an eighth longer than its retention
 * plus the duration of a round, and is visited about nine times. Confined to the task's stream thread.
 */
public final class StoreSweeper<K, V> {
    private static final int MAX_PER_STEP = 500;
    private static final int ROUNDS_PER_RETENTION = 8;

    private final KeyValueStore<K, V> store;
    private final BiPredicate<V, Long> isForgettable;
    private final long pauseMs;
    /** Key at which the next step starts; empty at the start of a round. */
    private Optional<K> position = Optional.empty();

    private long nextRoundMs;

    /**
     * @param isForgettable whether a value has expired at a time, in epoch milliseconds
     * @param retentionMs minimum retention of a value, in milliseconds
     */
    public StoreSweeper(KeyValueStore<K, V> store, BiPredicate<V, Long> isForgettable, long retentionMs) {
        this.store = store;
        this.isForgettable = isForgettable;
        this.pauseMs = retentionMs / ROUNDS_PER_RETENTION;
    }

    public void step(long nowMs) {
        if (nowMs < nextRoundMs) {
            return;
        }
        List<K> expired = new ArrayList<>();
        try (KeyValueIterator<K, V> range = store.range(position.orElse(null), null)) {
            for (int seen = 0; seen < MAX_PER_STEP && range.hasNext(); seen++) {
                KeyValue<K, V> next = range.next();
                if (isForgettable.test(next.value, nowMs)) {
                    expired.add(next.key);
                }
            }
            if (range.hasNext()) {
                position = Optional.of(range.peekNextKey());
            } else {
                position = Optional.empty();
                nextRoundMs = nowMs + pauseMs;
            }
        }
        expired.forEach(store::delete);
    }
}
