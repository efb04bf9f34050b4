package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.ports.Backlog;
import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
import java.util.List;
import java.util.Optional;

/**
 * Loads waiting requests into the queues of devices in memory: of each queue its head, and the polls that are deferred.
 * All requests behind are left to the backlog; when a head leaves, the next one is read from there. Confined to the
 * task's stream thread.
 */
final class QueueLoader {
    private final Backlog backlog;
    private final RequestClassifier classifier;
    private final QueuedRequests items;
    private final QueueCapacity capacity;
    private final RunnableDevices runnable;

    /** @param items the requests in memory of all devices */
    QueueLoader(
            Backlog backlog,
            RequestClassifier classifier,
            QueuedRequests items,
            QueueCapacity capacity,
            RunnableDevices runnable) {
        this.backlog = backlog;
        this.classifier = classifier;
        this.items = items;
        this.capacity = capacity;
        this.runnable = runnable;
    }

    /** Places a waiting request in its device's queue; one behind the head is left to the backlog. */
    void add(DeviceQueues device, QueuedRequest item, long nowMs) {
        Optional<QueuedRequest> first = device.head(item.position().line());
        Optional<QueuedRequest> other = first.filter(head -> !head.key().equals(item.key()));
        if (other.isPresent() == first.isPresent() && device.canDefer(item, nowMs)) {
            Optional<QueuedRequest> old = items.find(item.key());
            if (!old.equals(Optional.of(item))) {
                addToMemory(device, item, nowMs);
                device.defer(item);
                old.filter(QueuedRequest::waits).ifPresent(was -> removeFromMemory(device, was));
            }
        } else if (other.filter(head -> head.position().compareTo(item.position()) < 0)
                .isPresent()) {
            device.addBehindHead(item);
        } else if (!first.equals(Optional.of(item))) {
            other.ifPresent(device::addBehindHead);
            setHead(device, item, nowMs);
            first.ifPresent(was -> removeFromMemory(device, was));
        }
    }

    /** Takes a head or a deferred poll out of its queue; the next waiting request becomes the head. */
    void remove(DeviceQueues device, QueuedRequest item, long nowMs) {
        QueuePosition.Line line = item.position().line();
        if (!device.endDeferral(item)) {
            device.lookahead(line)
                    .ifPresentOrElse(
                            lookahead ->
                                    loadNext(device, lookahead, item.position().next(), nowMs),
                            () -> device.removeQueue(line));
        }
        removeFromMemory(device, item);
    }

    /**
     * Loads the queues of a device from the backlog.
     *
     * @param starts for each queue a position at or before its first waiting request
     */
    void load(DeviceQueues device, List<QueuePosition> starts, long nowMs) {
        starts.forEach(first -> loadNext(device, device.newLookahead(first.line()), first, nowMs));
    }

    /** Leaves all waiting requests of a device to the backlog. */
    void unload(DeviceQueues device) {
        List<QueuedRequest> waiting = device.waiting();
        device.clearWaiting();
        waiting.forEach(item -> removeFromMemory(device, item));
    }

    /** Moves the usage of a device to the capacity of another queue. */
    void chargeTo(DeviceQueues device, QueueKey queue) {
        device.waiting().forEach(item -> {
            capacity.release(device.chargedTo());
            capacity.acquire(queue);
        });
        device.chargeTo(queue);
    }

    /** Makes the next waiting request the head of the queue; polls that are not due yet are deferred on the way. */
    private void loadNext(DeviceQueues device, Lookahead lookahead, QueuePosition from, long nowMs) {
        QueuePosition position = from;
        for (Optional<LedgerEntry> next = nextWaiting(lookahead, position);
                next.isPresent();
                next = nextWaiting(lookahead, position)) {
            QueuedRequest item = classifier.classify(next.get());
            position = item.position().next();
            boolean isDeferred = items.find(item.key()).isPresent();
            if (!isDeferred && !device.canDefer(item, nowMs)) {
                setHead(device, item, nowMs);
                return;
            }
            if (!isDeferred) {
                addToMemory(device, item, nowMs);
                device.defer(item);
            }
        }
        device.removeQueue(from.line());
    }

    /** The next waiting request, from the lookahead or else from the backlog at or after a position. */
    private Optional<LedgerEntry> nextWaiting(Lookahead lookahead, QueuePosition from) {
        for (Optional<QueuePosition> next = lookahead.next(); next.isPresent(); next = lookahead.next()) {
            Optional<LedgerEntry> entry = backlog.at(next.get()).filter(found -> found.phase() == RequestPhase.READY);
            if (entry.isPresent()) {
                return entry;
            }
        }
        if (!lookahead.hasMore()) {
            return Optional.empty();
        }
        // Reads the few behind it in the same scan, so that they need no scan of their own.
        List<LedgerEntry> others = backlog.waiting(from, 1 + Lookahead.MAX_POSITIONS);
        lookahead.refill(others.stream().skip(1).map(QueuePosition::of).toList());
        return others.stream().findFirst();
    }

    private void setHead(DeviceQueues device, QueuedRequest item, long nowMs) {
        addToMemory(device, item, nowMs);
        device.setHead(item);
    }

    private void addToMemory(DeviceQueues device, QueuedRequest item, long nowMs) {
        items.add(item, nowMs);
        runnable.addWaiting(item);
        capacity.acquire(device.chargedTo());
    }

    private void removeFromMemory(DeviceQueues device, QueuedRequest item) {
        items.remove(item);
        runnable.removeWaiting(item);
        capacity.release(device.chargedTo());
    }
}
