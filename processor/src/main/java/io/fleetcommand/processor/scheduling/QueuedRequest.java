package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Requester;

/**
 * What the schedule has to know of an open request that is under way or first in its line.
 *
 * @param permit that a call of it needs
 * @param requester who asked: those who ask take turns
 * @param occupies whether a call, or the right to make one, may be held for its device
 * @param dueAtMs while it waits: when it is due. Under way: when something must be done about it
 */
record QueuedRequest(
        RequestKey key,
        QueuePosition position,
        Permit permit,
        Requester requester,
        boolean waits,
        boolean occupies,
        long dueAtMs) {
    /** @param policy that say which ceiling calls of it count towards */
    static QueuedRequest of(LedgerEntry entry, AccessPolicy policy) {
        Request request = entry.request().orElseThrow();
        return new QueuedRequest(
                entry.key(),
                QueuePosition.of(entry),
                new Permit(request.priority(), policy.ceiling(request)),
                Requester.of(request),
                entry.phase() == RequestPhase.READY,
                entry.phase() == RequestPhase.CLAIMING || entry.phase() == RequestPhase.CALLED,
                entry.dueAtMs());
    }

    Priority priority() {
        return permit.priority();
    }

    String deviceId() {
        return position.deviceId();
    }

    /** While it waits: when it may be called, as far as its own times go. One for later has its time as its rank. */
    long dueMs() {
        return Math.max(dueAtMs, position.rank());
    }

    /** Where its device waits for room on its behalf. */
    QueueKey queue() {
        return new QueueKey(priority(), requester);
    }
}
