package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.QueueKey;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Bounds how many waiting requests are held in memory. Capacity is shared, but a small part is reserved for each
 * requester in each priority, so that requesters who fill the shared part cannot starve the others. Confined to the
 * task's stream thread.
 */
final class QueueCapacity {
    /** How many requests each queue may hold, however full the shared capacity is. */
    private static final int MAX_RESERVED = 32;

    private final int maxShared;
    private final int reserved;
    private final Map<QueueKey, Integer> held = new HashMap<>();
    /** Devices in memory that have no request to call at present, longest idle first: these are evicted first. */
    private final Set<String> idle = new LinkedHashSet<>();

    private int total;

    /** @param maxShared how many waiting requests are held before only reserved capacity is left */
    QueueCapacity(int maxShared) {
        this.maxShared = maxShared;
        this.reserved = Math.min(maxShared, MAX_RESERVED);
    }

    boolean hasRoom(QueueKey queue) {
        return total < maxShared || held.getOrDefault(queue, 0) < reserved;
    }

    void acquire(QueueKey queue) {
        total++;
        held.merge(queue, 1, Integer::sum);
    }

    void release(QueueKey queue) {
        total--;
        held.computeIfPresent(queue, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }

    /** Sets whether a device in memory has no request to call at present. */
    void setIdle(String deviceId, boolean isIdle) {
        if (isIdle) {
            idle.add(deviceId);
        } else {
            idle.remove(deviceId);
        }
    }

    Optional<String> longestIdle() {
        return idle.stream().findFirst();
    }
}
