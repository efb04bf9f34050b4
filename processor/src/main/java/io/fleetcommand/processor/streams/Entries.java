package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Backlog;
import io.fleetcommand.processor.core.Clamped;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.RequestKey;
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
final class Entries implements Backlog {
    /** Entries by place. */
    static final String OPEN = "open-requests";
    /** What is filed, by request. */
    static final String FILED = "filed-requests";
    /** Places by deadline. */
    static final String DEADLINES = "deadlines";

    private static final Bytes START = PlaceKey.of(0, 0);
    /** So many lines of the index go to RocksDB in one write, of all that a task finds when it starts. */
    private static final int AT_ONCE = 1_000;

    private final KeyValueStore<Bytes, Entry> open;
    private final KeyValueStore<RequestKey, Filing> filed;
    private final KeyValueStore<Bytes, Bytes> deadlines;
    /** Those being called, as many as the calls in flight: the store would decode them anew for each of their news. */
    private final Map<RequestKey, Entry> inFlight = new HashMap<>();
    /** No deadline before this one is in the index: what was taken out of it leaves gaps that are slow to read over. */
    private Bytes earliest = START;

    Entries(
            KeyValueStore<Bytes, Entry> open,
            KeyValueStore<RequestKey, Filing> filed,
            KeyValueStore<Bytes, Bytes> deadlines) {
        this.open = open;
        this.filed = filed;
        this.deadlines = deadlines;
    }

    static Entries of(ProcessingContext context) {
        return new Entries(context.getStateStore(OPEN), context.getStateStore(FILED), context.getStateStore(DEADLINES));
    }

    @Override
    public Optional<Entry> find(RequestKey key) {
        return Optional.ofNullable(inFlight.get(key))
                .or(() -> Optional.ofNullable(filed.get(key)).flatMap(filing -> filing.entry(key, open::get)));
    }

    @Override
    public Optional<Entry> at(Place place) {
        return Optional.ofNullable(open.get(PlaceKey.of(place)));
    }

    /** @param known what the ledger held about the request so far */
    void put(Optional<Entry> known, Entry next) {
        boolean wasOpen = known.filter(Entry::isOpen).isPresent();
        if (isInFlight(next)) {
            inFlight.put(next.key(), next);
        } else {
            inFlight.remove(next.key());
        }
        if (next.isOpen()) {
            Bytes place = PlaceKey.of(Place.of(next));
            open.put(place, next);
            if (!wasOpen) {
                filed.put(next.key(), new Filing.Open(place));
                remind(List.of(KeyValue.pair(deadline(next), place)));
            }
        } else {
            if (wasOpen) {
                remove(open, PlaceKey.of(Place.of(known.get())));
                remove(deadlines, deadline(known.get()));
            }
            filed.put(next.key(), Filing.of(next));
        }
    }

    /** A store's own {@code delete} reads what it deletes, to give it back. */
    private static <V> void remove(KeyValueStore<Bytes, V> store, Bytes key) {
        store.put(key, null);
    }

    private static boolean isInFlight(Entry entry) {
        return entry.isOpen() && (entry.phase() == Phase.CLAIMING || entry.phase() == Phase.CALLED);
    }

    /** Reads every open entry, and makes the index of deadlines anew. */
    void takeOver(Consumer<Entry> visitor) {
        List<KeyValue<Bytes, Bytes>> reminders = new ArrayList<>(AT_ONCE);
        try (KeyValueIterator<Bytes, Entry> entries = open.all()) {
            while (entries.hasNext()) {
                KeyValue<Bytes, Entry> entry = entries.next();
                reminders.add(KeyValue.pair(deadline(entry.value), entry.key));
                if (reminders.size() == AT_ONCE || !entries.hasNext()) {
                    remind(reminders);
                    reminders.clear();
                }
                visitor.accept(entry.value);
            }
        }
    }

    @Override
    public List<Entry> waiting(Place from, int most) {
        List<Entry> found = new ArrayList<>(most);
        try (KeyValueIterator<Bytes, Entry> entries = open.range(PlaceKey.of(from), PlaceKey.endOfLine(from))) {
            while (found.size() < most && entries.hasNext()) {
                Entry entry = entries.next().value;
                if (entry.phase() == Phase.READY) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    /** The open entries at a place and behind it in its line, whatever they wait for, up to so many. */
    List<Entry> from(Place from, int most) {
        List<Entry> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, Entry> entries = open.range(PlaceKey.of(from), PlaceKey.endOfLine(from))) {
            while (found.size() < most && entries.hasNext()) {
                found.add(entries.next().value);
            }
        }
        return found;
    }

    /** An open entry whose deadline has passed; each is given once. */
    Optional<Entry> overdue(long nowMs) {
        if (PlaceKey.timeMs(earliest) > nowMs) {
            return Optional.empty();
        }
        try (KeyValueIterator<Bytes, Bytes> waiting = deadlines.range(earliest, null)) {
            while (waiting.hasNext()) {
                KeyValue<Bytes, Bytes> next = waiting.next();
                earliest = next.key;
                if (PlaceKey.timeMs(next.key) > nowMs) {
                    return Optional.empty();
                }
                remove(deadlines, next.key);
                Optional<Entry> entry = Optional.ofNullable(open.get(next.value));
                if (entry.isPresent()) {
                    return entry;
                }
            }
            earliest = PlaceKey.of(Long.MAX_VALUE, 0);
            return Optional.empty();
        }
    }

    private void remind(List<KeyValue<Bytes, Bytes>> placesByDeadline) {
        deadlines.putAll(placesByDeadline);
        placesByDeadline.forEach(line -> earliest = line.key.compareTo(earliest) < 0 ? line.key : earliest);
    }

    private static Bytes deadline(Entry entry) {
        return PlaceKey.of(Math.max(0, Clamped.sum(entry.request().orElseThrow().deadlineMs(), 1)), entry.sequence());
    }
}
