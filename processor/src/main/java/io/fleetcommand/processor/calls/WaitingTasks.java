package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.Lane;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The tasks of an instance that have been refused at the gate, so that each has its turn: better lanes first, and
 * within a lane the one that has waited longest. Without it the task whose clock ticks first after a call became free
 * would take it every time. Guarded by the gate.
 */
final class WaitingTasks {
    /** A task that has not asked for so long is stuck or gone, and nobody waits for it. */
    private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Map<Integer, Wish> wishes = new HashMap<>();

    /** A task asks: how many go before it. */
    int before(int task, Lane lane, long nowNanos) {
        Wish old = wishes.get(task);
        boolean waits = old != null && old.lane() == lane && !old.isForgotten(nowNanos);
        Wish wish = new Wish(task, lane, waits ? old.sinceNanos() : nowNanos, nowNanos);
        wishes.put(task, wish);
        return (int) wishes.values().stream()
                .filter(other -> !other.isForgotten(nowNanos) && Wish.ORDER.compare(other, wish) < 0)
                .count();
    }

    void remove(int task) {
        wishes.remove(task);
    }

    private record Wish(int task, Lane lane, long sinceNanos, long lastNanos) {
        private static final Comparator<Wish> ORDER = Comparator.comparing(Wish::lane)
                .thenComparingLong(Wish::sinceNanos)
                .thenComparingInt(Wish::task);

        boolean isForgotten(long nowNanos) {
            return nowNanos - lastNanos > FORGOTTEN_NANOS;
        }
    }
}
