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
 * Distributes values that were read to the polls that wait for them (coalesced reads). A value is offered along the
 * queues of its device, a few positions at a time, each position once. It gives up after a long run of polls of other
 * variables: a poll that it does not reach is given the value when its turn comes. Confined to the task's stream
 * thread.
 */
final class ValueSharing {
    /** Maximum number of consecutive positions without a matching poll. */
    private static final int MAX_MISSES = 100;
    /** Maximum number of variables in {@code reached}. */
    private static final int MAX_REMEMBERED = 1_000;

    private final LedgerStore store;
    private final Ledger ledger;
    private final Map<VariableId, Walk> walks = new LinkedHashMap<>();
    /**
     * The sequence up to which the polls of a variable have been offered a value, by variable. The next walk starts
     * after it, since deleted entries are slow to scan over.
     */
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
     * Starts to distribute a value that was read.
     *
     * @param queues the first position of each of the device's queues of polls
     * @param lastSequence sequence of the latest request that was read; later polls came after the value
     */
    void add(VariableId variable, CachedReading value, Collection<QueuePosition> queues, long lastSequence) {
        long from = reached.getOrDefault(variable, 0L) + 1;
        Deque<QueuePosition> positions = new ArrayDeque<>();
        queues.forEach(first -> positions.add(first.notBefore(from)));
        walks.put(variable, new Walk(value, positions, lastSequence));
    }

    boolean isDone() {
        return walks.isEmpty();
    }

    /** Visits up to {@code max} positions of the next walk, and returns the polls that the value serves. */
    Batch next(int max, long nowMs) {
        Map.Entry<VariableId, Walk> first = walks.entrySet().iterator().next();
        VariableId variable = first.getKey();
        Walk walk = first.getValue();
        List<LedgerEntry> seen = walk.positions.isEmpty() ? List.of() : store.from(walk.positions.peek(), max);
        List<LedgerEntry> served = seen.stream()
                .filter(entry -> entry.sequence() <= walk.lastSequence)
                .filter(entry -> entry.request().flatMap(VariableId::of).equals(Optional.of(variable)))
                .filter(entry -> ledger.isServed(entry, walk.value, nowMs))
                .toList();
        walk.misses = served.isEmpty() ? walk.misses + seen.size() : 0;
        boolean endOfQueue = seen.size() < max || seen.get(seen.size() - 1).sequence() > walk.lastSequence;
        if (!walk.positions.isEmpty()) {
            walk.positions.remove();
            if (!endOfQueue) {
                walk.positions.addFirst(
                        QueuePosition.of(seen.get(seen.size() - 1)).next());
            }
        }
        if (walk.positions.isEmpty()) {
            reached.remove(variable);
            reached.put(variable, walk.lastSequence);
        }
        if (walk.positions.isEmpty() || walk.misses > MAX_MISSES) {
            walks.remove(variable);
        }
        return new Batch(walk.value, served, seen.size());
    }

    /**
     * Polls to be answered with a value.
     *
     * @param seen number of positions visited
     */
    record Batch(CachedReading value, List<LedgerEntry> served, int seen) {}

    private static final class Walk {
        private final CachedReading value;
        private final Deque<QueuePosition> positions;
        private final long lastSequence;
        private int misses;

        Walk(CachedReading value, Deque<QueuePosition> positions, long lastSequence) {
            this.value = value;
            this.positions = positions;
            this.lastSequence = lastSequence;
        }
    }
}
