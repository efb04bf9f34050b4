package io.fleetcommand.processor.streams.store;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.ports.Backlog;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.SaturatedMath;
import io.fleetcommand.processor.streams.codec.QueueKeyCodec;
import io.fleetcommand.processor.streams.codec.RequestIndexEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The ledger's entries in state stores: open entries by queue position, and an index by request identity, which holds
 * the position of an open entry and the whole of any other, which is only kept until it expires. Confined to the task's
 * stream thread.
 *
 * <p>The deadline index is rebuilt by each task that starts. A stale entry of it does no harm, since the ledger checks
 * the request itself.
 */
public final class LedgerStore implements Backlog {
    /** Open entries by queue position. */
    public static final String OPEN = "open-requests";
    /** The request index: index entries by request identity. */
    public static final String INDEX = "filed-requests";
    /** Queue positions by deadline. */
    public static final String DEADLINES = "deadlines";

    private static final Bytes START = QueueKeyCodec.of(0, 0);
    /** Batch size for writing the deadline index to RocksDB when a task starts. */
    private static final int BATCH = 1_000;

    private final KeyValueStore<Bytes, LedgerEntry> open;
    private final KeyValueStore<RequestKey, RequestIndexEntry> index;
    private final KeyValueStore<Bytes, Bytes> deadlines;
    /**
     * Entries in phase CLAIMING or CALLED, as many as calls in flight: a cache, since the store would decode them again
     * for each event.
     */
    private final Map<RequestKey, LedgerEntry> inFlight = new HashMap<>();
    /** Lower bound of the keys in the deadline index: deleted keys leave tombstones that are slow to scan over. */
    private Bytes earliest = START;

    public LedgerStore(
            KeyValueStore<Bytes, LedgerEntry> open,
            KeyValueStore<RequestKey, RequestIndexEntry> index,
            KeyValueStore<Bytes, Bytes> deadlines) {
        this.open = open;
        this.index = index;
        this.deadlines = deadlines;
    }

    public static LedgerStore of(ProcessingContext context) {
        return new LedgerStore(
                context.getStateStore(OPEN), context.getStateStore(INDEX), context.getStateStore(DEADLINES));
    }

    @Override
    public Optional<LedgerEntry> find(RequestKey key) {
        return Optional.ofNullable(inFlight.get(key))
                .or(() -> Optional.ofNullable(index.get(key)).flatMap(indexEntry -> indexEntry.entry(key, open::get)));
    }

    @Override
    public Optional<LedgerEntry> at(QueuePosition position) {
        return Optional.ofNullable(open.get(QueueKeyCodec.of(position)));
    }

    /** @param known the previous state of the request */
    public void put(Optional<LedgerEntry> known, LedgerEntry next) {
        boolean wasOpen = known.filter(LedgerEntry::isOpen).isPresent();
        if (isInFlight(next)) {
            inFlight.put(next.key(), next);
        } else {
            inFlight.remove(next.key());
        }
        if (next.isOpen()) {
            Bytes position = QueueKeyCodec.of(QueuePosition.of(next));
            open.put(position, next);
            if (!wasOpen) {
                index.put(next.key(), new RequestIndexEntry.Pending(position));
                addDeadlines(List.of(KeyValue.pair(deadline(next), position)));
            }
        } else {
            if (wasOpen) {
                remove(open, QueueKeyCodec.of(QueuePosition.of(known.get())));
                remove(deadlines, deadline(known.get()));
            }
            index.put(next.key(), RequestIndexEntry.of(next));
        }
    }

    /** {@code KeyValueStore.delete} would read the value first to return it. */
    private static <V> void remove(KeyValueStore<Bytes, V> store, Bytes key) {
        store.put(key, null);
    }

    private static boolean isInFlight(LedgerEntry entry) {
        return entry.isOpen() && (entry.phase() == RequestPhase.CLAIMING || entry.phase() == RequestPhase.CALLED);
    }

    /** Passes every open entry to the visitor, and rebuilds the deadline index. */
    public void restore(Consumer<LedgerEntry> visitor) {
        List<KeyValue<Bytes, Bytes>> batch = new ArrayList<>(BATCH);
        try (KeyValueIterator<Bytes, LedgerEntry> entries = open.all()) {
            while (entries.hasNext()) {
                KeyValue<Bytes, LedgerEntry> entry = entries.next();
                batch.add(KeyValue.pair(deadline(entry.value), entry.key));
                if (batch.size() == BATCH || !entries.hasNext()) {
                    addDeadlines(batch);
                    batch.clear();
                }
                visitor.accept(entry.value);
            }
        }
    }

    @Override
    public List<LedgerEntry> waiting(QueuePosition from, int max) {
        List<LedgerEntry> found = new ArrayList<>(max);
        try (KeyValueIterator<Bytes, LedgerEntry> entries =
                open.range(QueueKeyCodec.of(from), QueueKeyCodec.endOfQueue(from))) {
            while (found.size() < max && entries.hasNext()) {
                LedgerEntry entry = entries.next().value;
                if (entry.phase() == RequestPhase.READY) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    /** The open entries from a position to the end of its queue, in any phase, up to {@code max}. */
    public List<LedgerEntry> from(QueuePosition from, int max) {
        List<LedgerEntry> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, LedgerEntry> entries =
                open.range(QueueKeyCodec.of(from), QueueKeyCodec.endOfQueue(from))) {
            while (found.size() < max && entries.hasNext()) {
                found.add(entries.next().value);
            }
        }
        return found;
    }

    /** Removes and returns the next open entry whose deadline has passed; each is returned once. */
    public Optional<LedgerEntry> overdue(long nowMs) {
        if (QueueKeyCodec.timeMs(earliest) > nowMs) {
            return Optional.empty();
        }
        try (KeyValueIterator<Bytes, Bytes> waiting = deadlines.range(earliest, null)) {
            while (waiting.hasNext()) {
                KeyValue<Bytes, Bytes> next = waiting.next();
                earliest = next.key;
                if (QueueKeyCodec.timeMs(next.key) > nowMs) {
                    return Optional.empty();
                }
                remove(deadlines, next.key);
                Optional<LedgerEntry> entry = Optional.ofNullable(open.get(next.value));
                if (entry.isPresent()) {
                    return entry;
                }
            }
            earliest = QueueKeyCodec.of(Long.MAX_VALUE, 0);
            return Optional.empty();
        }
    }

    private void addDeadlines(List<KeyValue<Bytes, Bytes>> positionsByDeadline) {
        deadlines.putAll(positionsByDeadline);
        positionsByDeadline.forEach(entry -> earliest = entry.key.compareTo(earliest) < 0 ? entry.key : earliest);
    }

    private static Bytes deadline(LedgerEntry entry) {
        return QueueKeyCodec.of(
                Math.max(0, SaturatedMath.sum(entry.request().orElseThrow().deadlineMs(), 1)), entry.sequence());
    }
}
