package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.request.Priority;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The tasks of an instance that were refused a permit, by the quota or by a rate cap, so that each has its turn: higher
 * priorities first, and within a priority the task that has waited longest. Without it, the task that polls first after
 * a call became free would take every call. Guarded by the {@link QuotaLimiter}.
 */
final class WaitingTasks {
    /** A task that has not asked for this long is stuck or gone, and the others do not wait for it. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Map<Integer, Waiter> waiters = new HashMap<>();

    /** Registers a task that asks; one that waits already keeps its place. */
    void register(int task, Set<Priority> priorities, long nowNanos) {
        Waiter old = waiters.get(task);
        boolean waits = old != null && !old.isStale(nowNanos);
        waiters.put(task, new Waiter(task, priorities, waits ? old.sinceNanos() : nowNanos, nowNanos));
    }

    /** How many tasks go before a registered one: tasks that wait in a higher priority, and earlier ones in its own. */
    int countAhead(int task, Priority priority, long nowNanos) {
        Waiter self = waiters.get(task);
        return (int) waiters.values().stream()
                .filter(other -> other.task() != task && !other.isStale(nowNanos))
                .filter(other -> other.highestPriority().compareTo(priority) < 0
                        || other.priorities().contains(priority) && other.isBefore(self))
                .count();
    }

    /** How many tasks of the same priority go before a registered one. */
    int countAheadInPriority(int task, Priority priority, long nowNanos) {
        Waiter self = waiters.get(task);
        return (int) waiters.values().stream()
                .filter(other -> other.task() != task && !other.isStale(nowNanos))
                .filter(other -> other.priorities().contains(priority) && other.isBefore(self))
                .count();
    }

    boolean hasAny(long nowNanos) {
        return waiters.values().stream().anyMatch(waiter -> !waiter.isStale(nowNanos));
    }

    void remove(int task) {
        waiters.remove(task);
    }

    private record Waiter(int task, Set<Priority> priorities, long sinceNanos, long lastNanos) {
        Priority highestPriority() {
            return priorities.stream().min(Priority::compareTo).orElse(Priority.BULK);
        }

        boolean isBefore(Waiter other) {
            return sinceNanos != other.sinceNanos ? sinceNanos < other.sinceNanos : task < other.task;
        }

        boolean isStale(long nowNanos) {
            return nowNanos - lastNanos > STALE_NANOS;
        }
    }
}
