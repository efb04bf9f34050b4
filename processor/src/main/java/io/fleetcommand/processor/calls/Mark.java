package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.RequestKey;
import java.util.Comparator;

/**
 * A time at which a request or a device is to be looked at.
 *
 * @param of the request, or the device
 */
record Mark<K extends Comparable<K>>(long atMs, K of) implements Comparable<Mark<K>> {
    static Mark<RequestKey> of(Item item) {
        return new Mark<>(item.wakeMs(), item.key());
    }

    @Override
    public int compareTo(Mark<K> other) {
        return Comparator.<Mark<K>>comparingLong(Mark::atMs)
                .thenComparing(Mark::of)
                .compare(this, other);
    }
}
