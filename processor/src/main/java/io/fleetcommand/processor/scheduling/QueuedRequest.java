package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Requester;

/**
 * What the scheduler knows of an open request that is in progress, at the head of its queue or deferred.
 *
 * @param quotaClass what a call of it counts towards
 * @param requester for whom the call is made: requesters are served round-robin
 * @param waits whether it is queued; else it is in progress
 * @param occupies whether a call of it may be in flight or about to be sent, so that the device must not be called
 * @param dueAtMs while it waits: when its next attempt is due; in progress: when its timer fires
 * @param deadlineMs epoch milliseconds after which it is not called
 */
record QueuedRequest(
        RequestKey key,
        QueuePosition position,
        QuotaClass quotaClass,
        Requester requester,
        boolean waits,
        boolean occupies,
        long dueAtMs,
        long deadlineMs) {
    /** @param policy tells the rate cap that calls of it count towards */
    static QueuedRequest of(LedgerEntry entry, AccessPolicy policy) {
        Request request = entry.request().orElseThrow();
        return new QueuedRequest(
                entry.key(),
                QueuePosition.of(entry),
                new QuotaClass(request.priority(), policy.rateCap(request)),
                Requester.of(request),
                entry.phase() == RequestPhase.READY,
                entry.phase() == RequestPhase.CLAIMING || entry.phase() == RequestPhase.CALLED,
                entry.dueAtMs(),
                request.deadlineMs());
    }

    Priority priority() {
        return quotaClass.priority();
    }

    String deviceId() {
        return position.deviceId();
    }

    /**
     * While it waits: when it may be called at the earliest, without regard to quota and other requests. The rank of a
     * command with a not_before is that time.
     */
    long dueMs() {
        return Math.max(dueAtMs, position.rank());
    }

    /** Whether its deadline has passed while it waits: it is terminated, and needs no turn for that. */
    boolean isOverdue(long nowMs) {
        return waits && nowMs > deadlineMs;
    }

    /** The queue in which its device waits for memory on its behalf. */
    QueueKey queue() {
        return new QueueKey(priority(), requester);
    }
}
