package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.DeviceBackoffs;
import io.fleetcommand.processor.core.ports.ParkedDeviceStore;
import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.scheduling.DeviceQueues.TurnKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The devices for which there is no room in memory, and how they come back: whoever may be called now waits in a queue,
 * and whoever may be called later will from then on. Owned by the task's stream thread.
 */
final class ParkedDeviceQueues {
    private final ParkedDeviceStore parked;
    private final DeviceBackoffs backoffs;

    ParkedDeviceQueues(ParkedDeviceStore parked, DeviceBackoffs backoffs) {
        this.parked = parked;
        this.backoffs = backoffs;
    }

    boolean isEmpty() {
        return parked.parked() == 0;
    }

    boolean holds(String deviceId) {
        return !isEmpty() && !parked.lines(deviceId).isEmpty();
    }

    /** Where the lines of a device begin; empty if it is not here. */
    List<QueuePosition> lines(String deviceId) {
        return parked.lines(deviceId);
    }

    boolean isAwaited(QueueKey queue) {
        return !isEmpty() && !parked.isEmpty(queue);
    }

    /** The queues in which devices wait by now. */
    List<QueueKey> queues(long nowMs) {
        parked.onTimer(nowMs);
        return parked.queues();
    }

    /** Takes the first out of a queue; empty if it is not here any more. */
    Optional<String> next(QueueKey queue) {
        return parked.dequeue(queue).filter(this::holds);
    }

    /** A device goes back into memory. */
    List<QueuePosition> take(String deviceId) {
        List<QueuePosition> lines = parked.lines(deviceId);
        parked.unpark(deviceId);
        return lines;
    }

    /** A device leaves memory, as it is there. */
    void park(String deviceId, DeviceQueues device, long nowMs) {
        parked.park(deviceId, device.lines());
        device.seats().stream().map(TurnKey::queue).distinct().forEach(queue -> parked.enqueue(queue, deviceId));
        Map<QueueKey, Long> later = new HashMap<>();
        for (QueuedRequest item : device.waiting()) {
            long atMs = Math.max(item.dueMs(), device.backOff().orElse(0));
            if (atMs > nowMs) {
                later.merge(item.queue(), atMs, Math::min);
            }
        }
        later.forEach((queue, atMs) -> parked.scheduleUnpark(atMs, queue, deviceId));
    }

    /** One more for a device that is here, or for which there is no room. */
    void add(QueuedRequest item, long nowMs) {
        List<QueuePosition> lines = parked.lines(item.deviceId());
        boolean standsBehind = lines.stream()
                .anyMatch(
                        first -> first.line().equals(item.position().line()) && first.compareTo(item.position()) <= 0);
        if (standsBehind) {
            return;
        }
        Stream<QueuePosition> others = lines.stream()
                .filter(position -> !position.line().equals(item.position().line()));
        parked.park(
                item.deviceId(),
                Stream.concat(others, Stream.of(item.position())).toList());
        long atMs = Math.max(item.dueMs(), backoffs.untilMs(item.deviceId()).orElse(0));
        if (atMs <= nowMs) {
            parked.enqueue(item.queue(), item.deviceId());
        } else {
            parked.scheduleUnpark(atMs, item.queue(), item.deviceId());
        }
    }

    /** What a device that is here waited for is over: a call of it, or its rest. */
    void unpark(String deviceId, Stream<QueuedRequest> firsts, long nowMs) {
        firsts.filter(item -> item.dueMs() <= nowMs)
                .map(QueuedRequest::queue)
                .distinct()
                .forEach(queue -> parked.enqueue(queue, deviceId));
    }
}
