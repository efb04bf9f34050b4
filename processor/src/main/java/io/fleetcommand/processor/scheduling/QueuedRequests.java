package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.request.RequestKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The requests that a schedule holds in memory, and when each is to be looked at: those that wait once they are due,
 * those under way at their alarms. Owned by the task's stream thread.
 */
final class QueuedRequests {
    private final Map<RequestKey, QueuedRequest> items = new HashMap<>();
    /** Of those that wait and are not due yet. */
    private final NavigableSet<TimerEntry<RequestKey>> due = new TreeSet<>();
    /** Of those under way. */
    private final NavigableSet<TimerEntry<RequestKey>> timers = new TreeSet<>();

    Optional<QueuedRequest> find(RequestKey key) {
        return Optional.ofNullable(items.get(key));
    }

    /** Those that wait. */
    List<QueuedRequest> waiting() {
        return items.values().stream().filter(QueuedRequest::waits).toList();
    }

    int size() {
        return items.size();
    }

    /** Holds an item in place of what was held of its request, and gives that back. */
    Optional<QueuedRequest> add(QueuedRequest item, long nowMs) {
        Optional<QueuedRequest> old = Optional.ofNullable(items.put(item.key(), item));
        old.ifPresent(this::cancelTimer);
        if (!item.waits() || item.dueAtMs() > nowMs) {
            timersOf(item).add(TimerEntry.of(item));
        }
        return old;
    }

    void remove(QueuedRequest item) {
        if (items.remove(item.key(), item)) {
            cancelTimer(item);
        }
    }

    /** One that waits and has become due; each is given once. */
    Optional<QueuedRequest> nextDue(long nowMs) {
        return pop(due, nowMs);
    }

    /** One under way whose alarm goes off; each is given once. */
    Optional<QueuedRequest> nextTimer(long nowMs) {
        return pop(timers, nowMs);
    }

    private Optional<QueuedRequest> pop(NavigableSet<TimerEntry<RequestKey>> marks, long nowMs) {
        return marks.isEmpty() || marks.first().atMs() > nowMs
                ? Optional.empty()
                : Optional.of(items.get(marks.pollFirst().of()));
    }

    private void cancelTimer(QueuedRequest item) {
        timersOf(item).remove(TimerEntry.of(item));
    }

    private NavigableSet<TimerEntry<RequestKey>> timersOf(QueuedRequest item) {
        return item.waits() ? due : timers;
    }
}
