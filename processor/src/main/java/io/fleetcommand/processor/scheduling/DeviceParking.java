package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.Backlog;
import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.scheduling.DeviceQueues.TurnKey;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Parks devices for which there is no capacity in memory, and takes them back in turns. Confined to the task's stream
 * thread.
 */
final class DeviceParking {
    /** How many parked devices are taken into memory at once. */
    private static final int MAX_ADMITTED = 64;

    private final Backlog backlog;
    private final RequestClassifier classifier;
    private final ParkedDeviceQueues parked;
    private final ActiveDevices active;
    private final QueueCapacity capacity;
    private final BackoffTimers backoffs;

    DeviceParking(
            Backlog backlog,
            RequestClassifier classifier,
            ParkedDeviceQueues parked,
            ActiveDevices active,
            QueueCapacity capacity,
            BackoffTimers backoffs) {
        this.backlog = backlog;
        this.classifier = classifier;
        this.parked = parked;
        this.active = active;
        this.capacity = capacity;
        this.backoffs = backoffs;
    }

    /**
     * Whether the device of a request may be taken into memory: not before devices that have waited longer for it, and
     * not by evicting another while its own request is not due.
     *
     * @param earliestMs when the request may be called at the earliest
     */
    boolean canAdmit(QueuedRequest item, long earliestMs, long nowMs) {
        return !parked.hasWaiters(item.queue())
                && (earliestMs <= nowMs ? makeRoom(item.queue(), nowMs) : capacity.hasRoom(item.queue()));
    }

    /**
     * Makes room for one more request, if need be by parking the device that has had no request to call for longest.
     *
     * @return false if there is no such device
     */
    boolean makeRoom(QueueKey queue, long nowMs) {
        if (capacity.hasRoom(queue)) {
            return true;
        }
        Optional<String> idle = capacity.longestIdle();
        idle.ifPresent(deviceId -> park(deviceId, nowMs));
        return idle.isPresent();
    }

    void park(String deviceId, long nowMs) {
        // A request may have become due since the last update.
        active.updateTurns(deviceId, nowMs);
        DeviceQueues device = active.find(deviceId).orElseThrow();
        parked.park(deviceId, device, backoffs::earliestMs, nowMs);
        active.unload(deviceId, device, nowMs);
    }

    /** Takes parked devices into memory as far as there is capacity. */
    void admit(long nowMs) {
        if (parked.isEmpty()) {
            return;
        }
        int count = 0;
        for (QueueKey queue : parked.queues(nowMs)) {
            while (count < MAX_ADMITTED && parked.hasWaiters(queue) && makeRoom(queue, nowMs)) {
                count++;
                parked.next(queue).ifPresent(deviceId -> active.load(deviceId, queue, parked.unpark(deviceId), nowMs));
            }
        }
    }

    /** A device has had its turn: it makes room if others wait for memory; if parked, it waits for memory again. */
    void turnEnded(String deviceId, long nowMs) {
        enqueueDue(deviceId, nowMs);
        active.find(deviceId)
                .filter(device -> device.turnKeys().stream().map(TurnKey::queue).anyMatch(parked::hasWaiters))
                .ifPresent(device -> park(deviceId, nowMs));
    }

    /** A parked device waits for memory if a request of it is due; its call or its back-off has ended. */
    void enqueueDue(String deviceId, long nowMs) {
        if (parked.holds(deviceId)) {
            Stream<QueuedRequest> heads = parked.lines(deviceId).stream()
                    .flatMap(first -> backlog.waiting(first, 1).stream())
                    .map(classifier::classify);
            parked.enqueueDue(deviceId, heads, nowMs);
        }
    }
}
