package io.fleetcommand.simulator.counts;

import java.util.Map;
import java.util.TreeMap;

/** Counts the events in each second of the last hour. Thread-safe. */
public final class CountPerSecond {
    private static final int SECONDS_KEPT = 3600;

    private final long[] second = new long[SECONDS_KEPT];
    private final int[] events = new int[SECONDS_KEPT];

    public synchronized void add(long epochSecond) {
        int slot = (int) (epochSecond % SECONDS_KEPT);
        if (second[slot] != epochSecond) {
            second[slot] = epochSecond;
            events[slot] = 0;
        }
        events[slot]++;
    }

    /** The number of events by epoch second, without seconds that had none. */
    public synchronized Map<Long, Integer> at(long epochSecond) {
        var perSecond = new TreeMap<Long, Integer>();
        for (int slot = 0; slot < SECONDS_KEPT; slot++) {
            if (events[slot] > 0 && second[slot] > epochSecond - SECONDS_KEPT) {
                perSecond.put(second[slot], events[slot]);
            }
        }
        return perSecond;
    }

    public synchronized void clear() {
        for (int slot = 0; slot < SECONDS_KEPT; slot++) {
            events[slot] = 0;
        }
    }
}
