package io.fleetcommand.processor.streams.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Forgets what a store need not remember any longer. It walks through the store a small step at a time, so that the
 * stream is never held up, and rests after each round: values are kept for up to an eighth longer than they must be,
 * and as long as a round takes, and each is looked at nine times or so in its life. Owned by the task's stream thread.
 */
public final class StoreSweeper<K, V> {
    private static final int STEP = 500;
    private static final int ROUNDS = 8;

    private final KeyValueStore<K, V> store;
    private final BiPredicate<V, Long> isForgettable;
    private final long restMs;
    /** Where the next step begins; empty at the beginning of a round. */
    private Optional<K> position = Optional.empty();

    private long restsUntilMs;

    /**
     * @param isForgettable whether a value may be forgotten at a time
     * @param retentionMs for how long a value is remembered, at least
     */
    public StoreSweeper(KeyValueStore<K, V> store, BiPredicate<V, Long> isForgettable, long retentionMs) {
        this.store = store;
        this.isForgettable = isForgettable;
        this.restMs = retentionMs / ROUNDS;
    }

    public void step(long nowMs) {
        if (nowMs < restsUntilMs) {
            return;
        }
        List<K> old = new ArrayList<>();
        try (KeyValueIterator<K, V> walk = store.range(position.orElse(null), null)) {
            for (int seen = 0; seen < STEP && walk.hasNext(); seen++) {
                KeyValue<K, V> next = walk.next();
                if (isForgettable.test(next.value, nowMs)) {
                    old.add(next.key);
                }
            }
            if (walk.hasNext()) {
                position = Optional.of(walk.peekNextKey());
            } else {
                position = Optional.empty();
                restsUntilMs = nowMs + restMs;
            }
        }
        old.forEach(store::delete);
    }
}
