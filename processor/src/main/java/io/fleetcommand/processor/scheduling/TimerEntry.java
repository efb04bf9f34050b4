package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.request.RequestKey;
import java.util.Comparator;

/**
 * A time at which a request or a device is to be looked at.
 *
 * @param of the request, or the device
 */
record TimerEntry<K extends Comparable<K>>(long atMs, K of) implements Comparable<TimerEntry<K>> {
    static TimerEntry<RequestKey> of(QueuedRequest item) {
        return new TimerEntry<>(item.dueAtMs(), item.key());
    }

    @Override
    public int compareTo(TimerEntry<K> other) {
        return Comparator.<TimerEntry<K>>comparingLong(TimerEntry::atMs)
                .thenComparing(TimerEntry::of)
                .compare(this, other);
    }
}
