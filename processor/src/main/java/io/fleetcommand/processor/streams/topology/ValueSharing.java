package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.ledger.Ledger;
import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.request.VariableId;
import io.fleetcommand.processor.streams.store.LedgerStore;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Values that were read, on their way to the polls that wait for them. A value goes along the lines of its device, a few
 * places at a time, each place once. It gives up where polls of other variables stand in its way for long: a poll that
 * it does not reach is given the value when its turn comes. Owned by the task's stream thread.
 */
final class ValueSharing {
    /** After how many polls of others, one behind the other, a value gives up. */
    private static final int MAX_MISSES = 100;
    /** How many variables are remembered for where their next value begins. */
    private static final int MAX_REMEMBERED = 1_000;

    private final LedgerStore store;
    private final Ledger ledger;
    private final Map<VariableId, Walk> walks = new LinkedHashMap<>();
    /** By variable, up to which sequence its polls have had a value: what has left there is slow to read over. */
    private final Map<VariableId, Long> reached = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<VariableId, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    ValueSharing(LedgerStore store, Ledger ledger) {
        this.store = store;
        this.ledger = ledger;
    }

    /**
     * A variable was read.
     *
     * @param lines where the lines of the device's waiting polls begin
     * @param lastSequence of the latest request that was read; those behind it have come after the value
     */
    void add(VariableId variable, CachedReading value, Collection<QueuePosition> lines, long lastSequence) {
        long from = reached.getOrDefault(variable, 0L) + 1;
        Deque<QueuePosition> places = new ArrayDeque<>();
        lines.forEach(first -> places.add(first.notBefore(from)));
        walks.put(variable, new Walk(value, places, lastSequence));
    }

    boolean isDone() {
        return walks.isEmpty();
    }

    /** Looks at the next places, at most so many. */
    Batch next(int most, long nowMs) {
        Map.Entry<VariableId, Walk> first = walks.entrySet().iterator().next();
        VariableId variable = first.getKey();
        Walk walk = first.getValue();
        List<LedgerEntry> seen = walk.places.isEmpty() ? List.of() : store.from(walk.places.peek(), most);
        List<LedgerEntry> served = seen.stream()
                .filter(entry -> entry.sequence() <= walk.lastSequence)
                .filter(entry -> entry.request().flatMap(VariableId::of).equals(Optional.of(variable)))
                .filter(entry -> ledger.isServed(entry, walk.value, nowMs))
                .toList();
        walk.misses = served.isEmpty() ? walk.misses + seen.size() : 0;
        boolean lineEnds = seen.size() < most || seen.get(seen.size() - 1).sequence() > walk.lastSequence;
        if (!walk.places.isEmpty()) {
            walk.places.remove();
            if (!lineEnds) {
                walk.places.addFirst(QueuePosition.of(seen.get(seen.size() - 1)).next());
            }
        }
        if (walk.places.isEmpty()) {
            reached.remove(variable);
            reached.put(variable, walk.lastSequence);
        }
        if (walk.places.isEmpty() || walk.misses > MAX_MISSES) {
            walks.remove(variable);
        }
        return new Batch(walk.value, served, seen.size());
    }

    /**
     * Polls that are to have a value.
     *
     * @param seen how many places were looked at
     */
    record Batch(CachedReading value, List<LedgerEntry> served, int seen) {}

    private static final class Walk {
        private final CachedReading value;
        private final Deque<QueuePosition> places;
        private final long lastSequence;
        private int misses;

        Walk(CachedReading value, Deque<QueuePosition> places, long lastSequence) {
            this.value = value;
            this.places = places;
            this.lastSequence = lastSequence;
        }
    }
}
