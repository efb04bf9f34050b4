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
 * The ledger's entries in their state stores: those that still have to be answered in the order of their places, and by
 * identity where each of them is, or, of the rest, which only waits to be forgotten, the entry. Owned by the task's stream
 * thread.
 *
 * <p>Deadlines are an index, made anew by each task that starts: a line of it that no longer holds does no harm, since
 * the rules look at the entry itself.
 */
public final class LedgerStore implements Backlog {
    /** Entries by place. */
    public static final String OPEN = "open-requests";
    /** What is filed, by request. */
    public static final String FILED = "filed-requests";
    /** Places by deadline. */
    public static final String DEADLINES = "deadlines";

    private static final Bytes START = QueueKeyCodec.of(0, 0);
    /** So many lines of the index go to RocksDB in one write, of all that a task finds when it starts. */
    private static final int AT_ONCE = 1_000;

    private final KeyValueStore<Bytes, LedgerEntry> open;
    private final KeyValueStore<RequestKey, RequestIndexEntry> filed;
    private final KeyValueStore<Bytes, Bytes> deadlines;
    /** Those being called, as many as the calls in flight: the store would decode them anew for each of their news. */
    private final Map<RequestKey, LedgerEntry> inFlight = new HashMap<>();
    /** No deadline before this one is in the index: what was taken out of it leaves gaps that are slow to read over. */
    private Bytes earliest = START;

    public LedgerStore(
            KeyValueStore<Bytes, LedgerEntry> open,
            KeyValueStore<RequestKey, RequestIndexEntry> filed,
            KeyValueStore<Bytes, Bytes> deadlines) {
        this.open = open;
        this.filed = filed;
        this.deadlines = deadlines;
    }

    public static LedgerStore of(ProcessingContext context) {
        return new LedgerStore(
                context.getStateStore(OPEN), context.getStateStore(FILED), context.getStateStore(DEADLINES));
    }

    @Override
    public Optional<LedgerEntry> find(RequestKey key) {
        return Optional.ofNullable(inFlight.get(key))
                .or(() -> Optional.ofNullable(filed.get(key)).flatMap(indexEntry -> indexEntry.entry(key, open::get)));
    }

    @Override
    public Optional<LedgerEntry> at(QueuePosition position) {
        return Optional.ofNullable(open.get(QueueKeyCodec.of(position)));
    }

    /** @param known what the ledger held about the request so far */
    public void put(Optional<LedgerEntry> known, LedgerEntry next) {
        boolean wasOpen = known.filter(LedgerEntry::isOpen).isPresent();
        if (isInFlight(next)) {
            inFlight.put(next.key(), next);
        } else {
            inFlight.remove(next.key());
        }
        if (next.isOpen()) {
            Bytes place = QueueKeyCodec.of(QueuePosition.of(next));
            open.put(place, next);
            if (!wasOpen) {
                filed.put(next.key(), new RequestIndexEntry.Pending(place));
                visitDeadlines(List.of(KeyValue.pair(deadline(next), place)));
            }
        } else {
            if (wasOpen) {
                remove(open, QueueKeyCodec.of(QueuePosition.of(known.get())));
                remove(deadlines, deadline(known.get()));
            }
            filed.put(next.key(), RequestIndexEntry.of(next));
        }
    }

    /** A store's own {@code delete} reads what it deletes, to give it back. */
    private static <V> void remove(KeyValueStore<Bytes, V> store, Bytes key) {
        store.put(key, null);
    }

    private static boolean isInFlight(LedgerEntry entry) {
        return entry.isOpen() && (entry.phase() == RequestPhase.CLAIMING || entry.phase() == RequestPhase.CALLED);
    }

    /** Reads every open entry, and makes the index of deadlines anew. */
    public void takeOver(Consumer<LedgerEntry> visitor) {
        List<KeyValue<Bytes, Bytes>> reminders = new ArrayList<>(AT_ONCE);
        try (KeyValueIterator<Bytes, LedgerEntry> entries = open.all()) {
            while (entries.hasNext()) {
                KeyValue<Bytes, LedgerEntry> entry = entries.next();
                reminders.add(KeyValue.pair(deadline(entry.value), entry.key));
                if (reminders.size() == AT_ONCE || !entries.hasNext()) {
                    visitDeadlines(reminders);
                    reminders.clear();
                }
                visitor.accept(entry.value);
            }
        }
    }

    @Override
    public List<LedgerEntry> waiting(QueuePosition from, int most) {
        List<LedgerEntry> found = new ArrayList<>(most);
        try (KeyValueIterator<Bytes, LedgerEntry> entries =
                open.range(QueueKeyCodec.of(from), QueueKeyCodec.endOfLine(from))) {
            while (found.size() < most && entries.hasNext()) {
                LedgerEntry entry = entries.next().value;
                if (entry.phase() == RequestPhase.READY) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    /** The open entries at a place and behind it in its line, whatever they wait for, up to so many. */
    public List<LedgerEntry> from(QueuePosition from, int most) {
        List<LedgerEntry> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, LedgerEntry> entries =
                open.range(QueueKeyCodec.of(from), QueueKeyCodec.endOfLine(from))) {
            while (found.size() < most && entries.hasNext()) {
                found.add(entries.next().value);
            }
        }
        return found;
    }

    /** An open entry whose deadline has passed; each is given once. */
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

    private void visitDeadlines(List<KeyValue<Bytes, Bytes>> placesByDeadline) {
        deadlines.putAll(placesByDeadline);
        placesByDeadline.forEach(line -> earliest = line.key.compareTo(earliest) < 0 ? line.key : earliest);
    }

    private static Bytes deadline(LedgerEntry entry) {
        return QueueKeyCodec.of(
                Math.max(0, SaturatedMath.sum(entry.request().orElseThrow().deadlineMs(), 1)), entry.sequence());
    }
}
