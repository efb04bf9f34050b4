package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.CallScheduler.Turn;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.scheduling.DeviceQueues.TurnKey;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The devices in memory, and which of their requests may be called now. After each change of a device's queues or
 * requests in progress its turns are to be updated. Confined to the task's stream thread.
 */
final class ActiveDevices {
    private final Map<String, DeviceQueues> devices = new HashMap<>();
    private final QueuedRequests items;
    private final QueueLoader queues;
    private final QueueCapacity capacity;
    private final BackoffTimers backoffs;
    private final RunnableDevices runnable;

    ActiveDevices(
            QueuedRequests items,
            QueueLoader queues,
            QueueCapacity capacity,
            BackoffTimers backoffs,
            RunnableDevices runnable) {
        this.items = items;
        this.queues = queues;
        this.capacity = capacity;
        this.backoffs = backoffs;
        this.runnable = runnable;
    }

    Optional<DeviceQueues> find(String deviceId) {
        return Optional.ofNullable(devices.get(deviceId));
    }

    /**
     * Returns a device, which comes into memory if it is not there.
     *
     * @param chargedTo the queue whose capacity it uses if it is new
     */
    DeviceQueues findOrAdd(String deviceId, QueueKey chargedTo) {
        return devices.computeIfAbsent(deviceId, none -> {
            backoffs.load(deviceId);
            return new DeviceQueues(chargedTo);
        });
    }

    /** A request at a device is in progress. */
    void begin(DeviceQueues device, QueuedRequest item, long nowMs) {
        items.add(item, nowMs);
        device.begin(item);
    }

    /** A request at a device is no longer in progress. */
    void end(DeviceQueues device, QueuedRequest item) {
        items.remove(item);
        device.end(item);
    }

    /** The back-off of a device has started or was extended. */
    void backOff(String deviceId, long untilMs, long nowMs) {
        if (devices.containsKey(deviceId)) {
            backoffs.start(deviceId, untilMs);
            updateTurns(deviceId, nowMs);
        }
    }

    void endBackoff(String deviceId, long nowMs) {
        backoffs.end(deviceId);
        updateTurns(deviceId, nowMs);
    }

    /** Updates devices whose back-off has ended or of which a request has become due. */
    void fireTimers(long nowMs) {
        for (Optional<String> device = backoffs.nextEnded(nowMs);
                device.isPresent();
                device = backoffs.nextEnded(nowMs)) {
            updateTurns(device.get(), nowMs);
        }
        for (Optional<QueuedRequest> item = items.nextDue(nowMs); item.isPresent(); item = items.nextDue(nowMs)) {
            updateTurns(item.get().deviceId(), nowMs);
        }
    }

    /** Updates the turns for which a device is runnable; one without requests leaves memory. */
    void updateTurns(String deviceId, long nowMs) {
        DeviceQueues device = devices.get(deviceId);
        if (device == null) {
            return;
        }
        Set<TurnKey> turnKeys = callable(deviceId, device, nowMs).keySet();
        runnable.update(deviceId, device, turnKeys, nowMs);
        if (!turnKeys.isEmpty() && turnKeys.stream().map(TurnKey::queue).noneMatch(device.chargedTo()::equals)) {
            queues.chargeTo(device, turnKeys.iterator().next().queue());
        }
        capacity.setIdle(deviceId, turnKeys.isEmpty() && device.hasWaiting());
        if (device.isEmpty()) {
            backoffs.end(deviceId);
            devices.remove(deviceId);
        }
    }

    /**
     * Loads the waiting requests of a device from the backlog.
     *
     * @param starts for each queue a position at or before its first waiting request
     */
    void load(String deviceId, QueueKey chargedTo, List<QueuePosition> starts, long nowMs) {
        DeviceQueues device = findOrAdd(deviceId, chargedTo);
        device.chargeTo(chargedTo);
        queues.load(device, starts, nowMs);
        updateTurns(deviceId, nowMs);
    }

    /** Leaves the waiting requests of a device to the backlog, and takes its turns from it. */
    void unload(String deviceId, DeviceQueues device, long nowMs) {
        runnable.update(deviceId, device, Set.of(), nowMs);
        queues.unload(device);
        updateTurns(deviceId, nowMs);
    }

    /** The turn of a permit: of a class in which a request may be called now. */
    Turn turn(Permit permit, long nowMs) {
        RoundRobinQueue.Turn next = runnable.next(permit.quotaClass());
        QueuedRequest item = callable(next.deviceId(), devices.get(next.deviceId()), nowMs)
                .get(new TurnKey(permit.quotaClass(), next.requester()));
        return new Turn(item.key(), item.position(), permit, next.sinceMs());
    }

    /**
     * The device's requests that may be called now: none while it backs off; after the back-off only those of its
     * highest priority, until the device has answered.
     */
    private Map<TurnKey, QueuedRequest> callable(String deviceId, DeviceQueues device, long nowMs) {
        return switch (backoffs.state(deviceId, nowMs)) {
            case NONE -> device.callable(nowMs);
            case BACKING_OFF -> Map.of();
            case PROBING -> ofHighestPriority(device.callable(nowMs));
        };
    }

    private static Map<TurnKey, QueuedRequest> ofHighestPriority(Map<TurnKey, QueuedRequest> all) {
        if (all.size() < 2) {
            return all;
        }
        Priority highest = Collections.min(all.values(), Comparator.comparing(QueuedRequest::priority))
                .priority();
        return all.entrySet().stream()
                .filter(turnKey -> turnKey.getValue().priority() == highest)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
