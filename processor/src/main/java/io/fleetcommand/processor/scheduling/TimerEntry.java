package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.request.RequestKey;
import java.util.Comparator;

/**
 * When a request's or a device's timer fires.
 *
 * @param key the request, or the device
 */
record TimerEntry<K extends Comparable<K>>(long atMs, K key) implements Comparable<TimerEntry<K>> {
    static TimerEntry<RequestKey> of(QueuedRequest item) {
        return new TimerEntry<>(item.dueAtMs(), item.key());
    }

    @Override
    public int compareTo(TimerEntry<K> other) {
        return Comparator.<TimerEntry<K>>comparingLong(TimerEntry::atMs)
                .thenComparing(TimerEntry::key)
                .compare(this, other);
    }
}
