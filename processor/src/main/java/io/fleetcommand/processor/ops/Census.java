package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.Source;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How many open requests one task holds, by lane and phase, and since when the oldest of them waits. Kept up change by
 * change, since the ledger is too long to be counted. Written by the task's stream thread, read by any; guarded by
 * itself.
 */
final class Census {
    private final Map<Lane, Map<Phase, Integer>> open = new EnumMap<>(Lane.class);
    private final Map<Lane, Ages> waiting = new EnumMap<>(Lane.class);
    private final Map<Source, Integer> held = new EnumMap<>(Source.class);

    private int resting;

    Census() {
        for (Lane lane : Lane.values()) {
            open.put(lane, new EnumMap<>(Phase.class));
            waiting.put(lane, new Ages());
        }
    }

    synchronized void changed(Optional<Entry> known, Entry next) {
        known.filter(Entry::isOpen).ifPresent(entry -> count(entry, -1));
        if (next.isOpen()) {
            count(next, 1);
        }
    }

    synchronized void resting(int devices) {
        resting = devices;
    }

    /** Devices left alone, since they did not answer. */
    synchronized int resting() {
        return resting;
    }

    synchronized void held(Source source, int records) {
        held.put(source, records);
    }

    /** Records that wait for the schema registry. */
    synchronized int held(Source source) {
        return held.getOrDefault(source, 0);
    }

    synchronized int open(Lane lane, Phase phase) {
        return open.get(lane).getOrDefault(phase, 0);
    }

    /** The earliest time since which a request of a lane waits; it may lie ahead, for one that is for later. */
    synchronized OptionalLong oldestWaitingMs(Lane lane) {
        return waiting.get(lane).oldestMs();
    }

    private void count(Entry entry, int change) {
        Request request = entry.request().orElseThrow();
        open.get(request.lane()).merge(entry.phase(), change, Integer::sum);
        if (entry.phase() == Phase.READY) {
            long sinceMs = Math.max(entry.timing().receivedAtMs(), request.notBeforeMs());
            if (change > 0) {
                waiting.get(request.lane()).add(sinceMs);
            } else {
                waiting.get(request.lane()).remove(sinceMs);
            }
        }
    }
}
