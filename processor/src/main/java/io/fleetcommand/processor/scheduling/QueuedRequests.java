package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.request.RequestKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The requests that a scheduler holds in memory and their timers: a waiting request's fires when it is due, that of one
 * in progress when the ledger must look at it. Confined to the task's stream thread.
 */
final class QueuedRequests {
    private final Map<RequestKey, QueuedRequest> items = new HashMap<>();
    /** Timers of queued requests that are not due yet. */
    private final NavigableSet<TimerEntry<RequestKey>> due = new TreeSet<>();
    /** Timers of requests in progress. */
    private final NavigableSet<TimerEntry<RequestKey>> timers = new TreeSet<>();

    Optional<QueuedRequest> find(RequestKey key) {
        return Optional.ofNullable(items.get(key));
    }

    List<QueuedRequest> waiting() {
        return items.values().stream().filter(QueuedRequest::waits).toList();
    }

    int size() {
        return items.size();
    }

    /** Adds a request, or replaces its previous state. */
    void add(QueuedRequest item, long nowMs) {
        Optional.ofNullable(items.put(item.key(), item)).ifPresent(this::cancelTimer);
        if (!item.waits() || item.dueAtMs() > nowMs) {
            timersOf(item).add(TimerEntry.of(item));
        }
    }

    /** Removes a request unless it was replaced by a newer state. */
    void remove(QueuedRequest item) {
        if (items.remove(item.key(), item)) {
            cancelTimer(item);
        }
    }

    private void cancelTimer(QueuedRequest item) {
        timersOf(item).remove(TimerEntry.of(item));
    }

    /** A waiting request that has become due; each is returned once. */
    Optional<QueuedRequest> nextDue(long nowMs) {
        return pop(due, nowMs);
    }

    /** A request in progress whose timer has fired; each is returned once. */
    Optional<QueuedRequest> nextTimer(long nowMs) {
        return pop(timers, nowMs);
    }

    private Optional<QueuedRequest> pop(NavigableSet<TimerEntry<RequestKey>> entries, long nowMs) {
        return entries.isEmpty() || entries.first().atMs() > nowMs
                ? Optional.empty()
                : Optional.of(items.get(entries.pollFirst().key()));
    }

    private NavigableSet<TimerEntry<RequestKey>> timersOf(QueuedRequest item) {
        return item.waits() ? due : timers;
    }
}
