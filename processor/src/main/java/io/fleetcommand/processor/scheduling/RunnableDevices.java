package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.scheduling.DeviceQueues.TurnKey;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The devices that have a request to call now, in the order of their turns. Confined to the task's stream thread. */
final class RunnableDevices {
    private final Map<Priority, RoundRobinQueue> priorities = new EnumMap<>(Priority.class);

    RunnableDevices() {
        for (Priority priority : Priority.values()) {
            priorities.put(priority, new RoundRobinQueue());
        }
    }

    /** A waiting request is held in memory from now on. */
    void addWaiting(QueuedRequest item) {
        priorities.get(item.priority()).addWaiting(item.requester());
    }

    void removeWaiting(QueuedRequest item) {
        priorities.get(item.priority()).removeWaiting(item.requester());
    }

    /** The requester of a request has had its turn. */
    void served(QueuedRequest item) {
        priorities.get(item.priority()).served(item.requester());
    }

    /** Replaces the turns for which a device is runnable. */
    void update(String deviceId, DeviceQueues device, Set<TurnKey> turnKeys, long nowMs) {
        for (TurnKey turnKey : device.turnKeys()) {
            if (!turnKeys.contains(turnKey)) {
                queue(turnKey.quotaClass()).remove(turnKey, deviceId);
            }
        }
        turnKeys.forEach(turnKey -> queue(turnKey.quotaClass()).add(turnKey, deviceId, nowMs));
        device.setTurnKeys(turnKeys);
    }

    /** The classes in which a request may be called: by priority, and within a priority in the order of turns. */
    List<QuotaClass> quotaClasses() {
        return priorities.values().stream()
                .flatMap(queue -> queue.quotaClasses().stream())
                .toList();
    }

    /** Whose turn it is in a class in which there is a request to call. */
    RoundRobinQueue.Turn next(QuotaClass quotaClass) {
        return queue(quotaClass).next(quotaClass);
    }

    private RoundRobinQueue queue(QuotaClass quotaClass) {
        return priorities.get(quotaClass.priority());
    }
}
