package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Source;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Counts of one task: its open requests by priority and phase, the start time of the oldest waiting one, held records
 * and devices in back-off. Updated incrementally, since the ledger is too large to scan. Thread-safe: written by the
 * task's stream thread, guarded by {@code this}.
 */
final class OpenRequestCounts {
    private final Map<Priority, Map<RequestPhase, Integer>> open = new EnumMap<>(Priority.class);
    private final Map<Priority, AgeHistogram> waiting = new EnumMap<>(Priority.class);
    private final Map<Source, Integer> held = new EnumMap<>(Source.class);

    private int backingOff;

    OpenRequestCounts() {
        for (Priority priority : Priority.values()) {
            open.put(priority, new EnumMap<>(RequestPhase.class));
            waiting.put(priority, new AgeHistogram());
        }
    }

    synchronized void changed(Optional<LedgerEntry> known, LedgerEntry next) {
        known.filter(LedgerEntry::isOpen).ifPresent(entry -> count(entry, -1));
        if (next.isOpen()) {
            count(next, 1);
        }
    }

    synchronized void backingOff(int devices) {
        backingOff = devices;
    }

    /** Number of devices in back-off. */
    synchronized int backingOff() {
        return backingOff;
    }

    synchronized void held(Source source, int records) {
        held.put(source, records);
    }

    /** Number of records held for the schema registry. */
    synchronized int held(Source source) {
        return held.getOrDefault(source, 0);
    }

    synchronized int open(Priority priority, RequestPhase phase) {
        return open.get(priority).getOrDefault(phase, 0);
    }

    /**
     * The earliest start time of a waiting request of a priority, in epoch milliseconds; it is in the future for a
     * request that is due later.
     */
    synchronized OptionalLong oldestWaitingMs(Priority priority) {
        return waiting.get(priority).oldestMs();
    }

    private void count(LedgerEntry entry, int change) {
        Request request = entry.request().orElseThrow();
        open.get(request.priority()).merge(entry.phase(), change, Integer::sum);
        if (entry.phase() == RequestPhase.READY) {
            long sinceMs = Math.max(entry.timing().receivedAtMs(), request.notBeforeMs());
            if (change > 0) {
                waiting.get(request.priority()).add(sinceMs);
            } else {
                waiting.get(request.priority()).remove(sinceMs);
            }
        }
    }
}
