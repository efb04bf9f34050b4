package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Entry;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The ledger's entries in their two state stores: those that still have to be answered, and the rest, which only waits
 * to be forgotten. A task that starts has to read the first alone. Owned by the task's stream thread.
 */
final class Entries {
    static final String OPEN = "open-requests";
    static final String SETTLED = "settled-requests";

    private final KeyValueStore<String, Entry> open;
    private final KeyValueStore<String, Entry> settled;

    Entries(KeyValueStore<String, Entry> open, KeyValueStore<String, Entry> settled) {
        this.open = open;
        this.settled = settled;
    }

    Optional<Entry> find(String requestId) {
        return Optional.ofNullable(open.get(requestId)).or(() -> Optional.ofNullable(settled.get(requestId)));
    }

    /** @param known what the ledger held about the request so far */
    void put(Optional<Entry> known, Entry next) {
        boolean moves = known.isPresent() && known.get().isOpen() != next.isOpen();
        if (moves) {
            store(known.get()).delete(next.id());
        }
        store(next).put(next.id(), next);
    }

    void forEachOpen(Consumer<Entry> visitor) {
        try (KeyValueIterator<String, Entry> entries = open.all()) {
            entries.forEachRemaining(entry -> visitor.accept(entry.value));
        }
    }

    /** Settled entries from an id on, in the order of their ids; the caller closes it. */
    KeyValueIterator<String, Entry> settledFrom(String requestId) {
        return settled.range(requestId, null);
    }

    void forget(Entry entry) {
        settled.delete(entry.id());
    }

    private KeyValueStore<String, Entry> store(Entry entry) {
        return entry.isOpen() ? open : settled;
    }
}
