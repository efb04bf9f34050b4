package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.AccessRules;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.QueueKey;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.RequestKey;
import io.fleetcommand.processor.core.Requester;
import io.fleetcommand.processor.core.Right;

/**
 * What the schedule has to know of an open request that is under way or first in its line.
 *
 * @param right that a call of it needs
 * @param requester who asked: those who ask take turns
 * @param occupies whether a call, or the right to make one, may be held for its device
 * @param wakeMs while it waits: when it is due. Under way: when something must be done about it
 */
record Item(
        RequestKey key, Place place, Right right, Requester requester, boolean waits, boolean occupies, long wakeMs) {
    /** @param rules that say which ceiling calls of it count towards */
    static Item of(Entry entry, AccessRules rules) {
        Request request = entry.request().orElseThrow();
        return new Item(
                entry.key(),
                Place.of(entry),
                new Right(request.lane(), rules.ceiling(request)),
                Requester.of(request),
                entry.phase() == Phase.READY,
                entry.phase() == Phase.CLAIMING || entry.phase() == Phase.CALLED,
                entry.wakeMs());
    }

    Lane lane() {
        return right.lane();
    }

    String deviceId() {
        return place.deviceId();
    }

    /** While it waits: when it may be called, as far as its own times go. One for later has its time as its rank. */
    long dueMs() {
        return Math.max(wakeMs, place.rank());
    }

    /** Where its device waits for room on its behalf. */
    QueueKey queue() {
        return new QueueKey(lane(), requester);
    }
}
