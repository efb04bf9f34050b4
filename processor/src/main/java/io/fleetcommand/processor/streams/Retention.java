package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Ledger;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * Forgets answers whose dedupe time is over. It walks through the settled entries a small step at a time, round and
 * round, so that the stream is never held up. Owned by the task's stream thread.
 */
final class Retention {
    private static final int STEP = 500;

    private final Entries entries;
    private final Ledger ledger;
    private String position = "";

    Retention(Entries entries, Ledger ledger) {
        this.entries = entries;
        this.ledger = ledger;
    }

    void step(long nowMs) {
        List<Entry> old = new ArrayList<>();
        try (KeyValueIterator<String, Entry> walk = entries.settledFrom(position)) {
            for (int seen = 0; seen < STEP && walk.hasNext(); seen++) {
                Entry entry = walk.next().value;
                if (ledger.isForgettable(entry, nowMs)) {
                    old.add(entry);
                }
            }
            position = walk.hasNext() ? walk.peekNextKey() : "";
        }
        old.forEach(entries::forget);
    }
}
