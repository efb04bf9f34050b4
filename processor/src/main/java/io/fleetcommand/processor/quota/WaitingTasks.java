package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.request.Priority;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The tasks of an instance that have been refused at the gate, or by a ceiling, so that each has its turn: better priorities
 * first, and within a priority the one that has waited longest. Without it the task whose clock ticks first after a call
 * became free would take it every time. Guarded by the gate.
 */
final class WaitingTasks {
    /** A task that has not asked for so long is stuck or gone, and nobody waits for it. */
    private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Map<Integer, Wish> wishes = new HashMap<>();

    /** A task asks, and goes on waiting from when it first did. */
    void ask(int task, Set<Priority> priorities, long nowNanos) {
        Wish old = wishes.get(task);
        boolean waits = old != null && !old.isForgotten(nowNanos);
        wishes.put(task, new Wish(task, priorities, waits ? old.sinceNanos() : nowNanos, nowNanos));
    }

    /** How many go before a task that has asked: those with work in a higher priority, and those before it in its own. */
    int before(int task, Priority priority, long nowNanos) {
        Wish own = wishes.get(task);
        return (int) wishes.values().stream()
                .filter(other -> other.task() != task && !other.isForgotten(nowNanos))
                .filter(other -> other.best().compareTo(priority) < 0
                        || other.priorities().contains(priority) && other.isBefore(own))
                .count();
    }

    /** How many of a priority go before a task that has asked. */
    int beforeWithPriority(int task, Priority priority, long nowNanos) {
        Wish own = wishes.get(task);
        return (int) wishes.values().stream()
                .filter(other -> other.task() != task && !other.isForgotten(nowNanos))
                .filter(other -> other.priorities().contains(priority) && other.isBefore(own))
                .count();
    }

    boolean isAnybody(long nowNanos) {
        return wishes.values().stream().anyMatch(wish -> !wish.isForgotten(nowNanos));
    }

    void remove(int task) {
        wishes.remove(task);
    }

    private record Wish(int task, Set<Priority> priorities, long sinceNanos, long lastNanos) {
        Priority best() {
            return priorities.stream().min(Priority::compareTo).orElse(Priority.BULK);
        }

        boolean isBefore(Wish other) {
            return sinceNanos != other.sinceNanos ? sinceNanos < other.sinceNanos : task < other.task;
        }

        boolean isForgotten(long nowNanos) {
            return nowNanos - lastNanos > FORGOTTEN_NANOS;
        }
    }
}
