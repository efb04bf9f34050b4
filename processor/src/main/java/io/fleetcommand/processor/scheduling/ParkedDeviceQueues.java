package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.ParkedDeviceStore;
import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.scheduling.DeviceQueues.TurnKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * The devices for which there is no capacity in memory, and how they come back: one that has a request to call waits in
 * a queue for memory; one whose requests are not due yet enters it when they are. Confined to the task's stream thread.
 */
final class ParkedDeviceQueues {
    private final ParkedDeviceStore parked;

    ParkedDeviceQueues(ParkedDeviceStore parked) {
        this.parked = parked;
    }

    boolean isEmpty() {
        return parked.parked() == 0;
    }

    boolean holds(String deviceId) {
        return !isEmpty() && !parked.lines(deviceId).isEmpty();
    }

    /** The positions at which the queues of a device start; empty if it is not parked. */
    List<QueuePosition> lines(String deviceId) {
        return parked.lines(deviceId);
    }

    boolean hasWaiters(QueueKey queue) {
        return !isEmpty() && !parked.isEmpty(queue);
    }

    /** The queues in which devices wait for memory at {@code nowMs}. */
    List<QueueKey> queues(long nowMs) {
        parked.onTimer(nowMs);
        return parked.queues();
    }

    /** Removes the first device of a queue; empty if there is none or it is no longer parked. */
    Optional<String> next(QueueKey queue) {
        return parked.dequeue(queue).filter(this::holds);
    }

    /**
     * Takes a device back into memory.
     *
     * @return the positions at which its queues start
     */
    List<QueuePosition> unpark(String deviceId) {
        List<QueuePosition> lines = parked.lines(deviceId);
        parked.unpark(deviceId);
        return lines;
    }

    /**
     * Parks a device in its present state.
     *
     * @param earliestMs when a waiting request of it may be called at the earliest
     */
    void park(String deviceId, DeviceQueues device, ToLongFunction<QueuedRequest> earliestMs, long nowMs) {
        parked.park(deviceId, device.queueStarts());
        device.turnKeys().stream().map(TurnKey::queue).distinct().forEach(queue -> parked.enqueue(queue, deviceId));
        Map<QueueKey, Long> later = new HashMap<>();
        for (QueuedRequest item : device.waiting()) {
            long atMs = earliestMs.applyAsLong(item);
            if (atMs > nowMs) {
                later.merge(item.queue(), atMs, Math::min);
            }
        }
        later.forEach((queue, atMs) -> parked.scheduleUnpark(atMs, queue, deviceId));
    }

    /**
     * Adds a waiting request of a device that is parked, or for which there is no capacity.
     *
     * @param earliestMs when it may be called at the earliest
     */
    void add(QueuedRequest item, long earliestMs, long nowMs) {
        List<QueuePosition> lines = parked.lines(item.deviceId());
        boolean isBehind = lines.stream()
                .anyMatch(
                        first -> first.line().equals(item.position().line()) && first.compareTo(item.position()) <= 0);
        if (isBehind) {
            return;
        }
        Stream<QueuePosition> others = lines.stream()
                .filter(position -> !position.line().equals(item.position().line()));
        parked.park(
                item.deviceId(),
                Stream.concat(others, Stream.of(item.position())).toList());
        if (earliestMs <= nowMs) {
            parked.enqueue(item.queue(), item.deviceId());
        } else {
            parked.scheduleUnpark(earliestMs, item.queue(), item.deviceId());
        }
    }

    /**
     * Puts a parked device into the queues for memory of its heads that are due: its call or its back-off has ended.
     */
    void enqueueDue(String deviceId, Stream<QueuedRequest> heads, long nowMs) {
        heads.filter(item -> item.dueMs() <= nowMs)
                .map(QueuedRequest::queue)
                .distinct()
                .forEach(queue -> parked.enqueue(queue, deviceId));
    }
}
