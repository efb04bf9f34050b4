package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Place;

/**
 * What the schedule has to know of an open request that is under way or first in its line.
 *
 * @param requester who asked: those who ask take turns
 * @param occupies whether a call, or the right to make one, may be held for its device
 * @param wakeMs while it waits: when it is due. Under way: when something must be done about it
 */
record Item(String requestId, Place place, String requester, boolean waits, boolean occupies, long wakeMs) {
    static Item of(Entry entry) {
        return new Item(
                entry.id(),
                Place.of(entry),
                entry.request().orElseThrow().requester(),
                entry.phase() == Phase.READY,
                entry.phase() == Phase.CLAIMING || entry.phase() == Phase.CALLED,
                entry.wakeMs());
    }

    Lane lane() {
        return place.line().lane();
    }
}
