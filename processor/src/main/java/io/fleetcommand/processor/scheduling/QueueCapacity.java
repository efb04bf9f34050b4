package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.QueueKey;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How much of the waiting work is held in memory. All who ask have a common room, and each, in each priority, a little of
 * its own, so that nobody is shut out by others who fill the common one. Owned by the task's stream thread.
 */
final class QueueCapacity {
    /** How many each may hold in a priority, however full the common room is. */
    private static final int MAX_OWN = 32;

    private final int most;
    private final int own;
    private final Map<QueueKey, Integer> held = new HashMap<>();
    /** Devices in memory of which nobody can be called at present: they make room for others. */
    private final Set<String> idle = new LinkedHashSet<>();

    private int all;

    /** @param most how many waiting requests are held in the common room */
    QueueCapacity(int most) {
        this.most = most;
        this.own = Math.min(most, MAX_OWN);
    }

    boolean isFor(QueueKey queue) {
        return all < most || held.getOrDefault(queue, 0) < own;
    }

    void take(QueueKey queue) {
        all++;
        held.merge(queue, 1, Integer::sum);
    }

    void give(QueueKey queue) {
        all--;
        held.computeIfPresent(queue, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }

    /** Whether nobody of a device in memory can be called at present. */
    void idle(String deviceId, boolean is) {
        if (is) {
            idle.add(deviceId);
        } else {
            idle.remove(deviceId);
        }
    }

    /** The device that has been idle for longest. */
    Optional<String> anIdleOne() {
        return idle.stream().findFirst();
    }
}
