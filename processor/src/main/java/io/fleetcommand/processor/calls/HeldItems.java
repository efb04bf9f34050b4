package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.RequestKey;
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
final class HeldItems {
    private final Map<RequestKey, Item> items = new HashMap<>();
    /** Of those that wait and are not due yet. */
    private final NavigableSet<Mark<RequestKey>> due = new TreeSet<>();
    /** Of those under way. */
    private final NavigableSet<Mark<RequestKey>> alarms = new TreeSet<>();

    Optional<Item> find(RequestKey key) {
        return Optional.ofNullable(items.get(key));
    }

    /** Those that wait. */
    List<Item> waiting() {
        return items.values().stream().filter(Item::waits).toList();
    }

    int size() {
        return items.size();
    }

    /** Holds an item in place of what was held of its request, and gives that back. */
    Optional<Item> hold(Item item, long nowMs) {
        Optional<Item> old = Optional.ofNullable(items.put(item.key(), item));
        old.ifPresent(this::unmark);
        if (!item.waits() || item.wakeMs() > nowMs) {
            marks(item).add(Mark.of(item));
        }
        return old;
    }

    void release(Item item) {
        if (items.remove(item.key(), item)) {
            unmark(item);
        }
    }

    /** One that waits and has become due; each is given once. */
    Optional<Item> nextDue(long nowMs) {
        return pop(due, nowMs);
    }

    /** One under way whose alarm goes off; each is given once. */
    Optional<Item> nextAlarm(long nowMs) {
        return pop(alarms, nowMs);
    }

    private Optional<Item> pop(NavigableSet<Mark<RequestKey>> marks, long nowMs) {
        return marks.isEmpty() || marks.first().atMs() > nowMs
                ? Optional.empty()
                : Optional.of(items.get(marks.pollFirst().of()));
    }

    private void unmark(Item item) {
        marks(item).remove(Mark.of(item));
    }

    private NavigableSet<Mark<RequestKey>> marks(Item item) {
        return item.waits() ? due : alarms;
    }
}
