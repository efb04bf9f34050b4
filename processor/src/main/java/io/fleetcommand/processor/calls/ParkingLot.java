package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.calls.DeviceLine.Seat;
import io.fleetcommand.processor.core.Parking;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.QueueKey;
import io.fleetcommand.processor.core.Rests;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The devices for which there is no room in memory, and how they come back: whoever may be called now waits in a queue,
 * and whoever may be called later will from then on. Owned by the task's stream thread.
 */
final class ParkingLot {
    private final Parking parking;
    private final Rests rests;

    ParkingLot(Parking parking, Rests rests) {
        this.parking = parking;
        this.rests = rests;
    }

    boolean isEmpty() {
        return parking.parked() == 0;
    }

    boolean holds(String deviceId) {
        return !isEmpty() && !parking.lines(deviceId).isEmpty();
    }

    /** Where the lines of a device begin; empty if it is not here. */
    List<Place> lines(String deviceId) {
        return parking.lines(deviceId);
    }

    boolean isAwaited(QueueKey queue) {
        return !isEmpty() && !parking.isEmpty(queue);
    }

    /** The queues in which devices wait by now. */
    List<QueueKey> queues(long nowMs) {
        parking.wake(nowMs);
        return parking.queues();
    }

    /** Takes the first out of a queue; empty if it is not here any more. */
    Optional<String> next(QueueKey queue) {
        return parking.dequeue(queue).filter(this::holds);
    }

    /** A device goes back into memory. */
    List<Place> take(String deviceId) {
        List<Place> lines = parking.lines(deviceId);
        parking.unpark(deviceId);
        return lines;
    }

    /** A device leaves memory, as it is there. */
    void park(String deviceId, DeviceLine device, long nowMs) {
        parking.park(deviceId, device.lines());
        device.seats().stream().map(Seat::queue).distinct().forEach(queue -> parking.enqueue(queue, deviceId));
        Map<QueueKey, Long> later = new HashMap<>();
        for (Item item : device.waiting()) {
            long atMs = Math.max(item.dueMs(), device.rest().orElse(0));
            if (atMs > nowMs) {
                later.merge(item.queue(), atMs, Math::min);
            }
        }
        later.forEach((queue, atMs) -> parking.remind(atMs, queue, deviceId));
    }

    /** One more for a device that is here, or for which there is no room. */
    void add(Item item, long nowMs) {
        List<Place> lines = parking.lines(item.deviceId());
        boolean standsBehind = lines.stream()
                .anyMatch(first -> first.line().equals(item.place().line()) && first.compareTo(item.place()) <= 0);
        if (standsBehind) {
            return;
        }
        Stream<Place> others =
                lines.stream().filter(place -> !place.line().equals(item.place().line()));
        parking.park(
                item.deviceId(), Stream.concat(others, Stream.of(item.place())).toList());
        long atMs = Math.max(item.dueMs(), rests.untilMs(item.deviceId()).orElse(0));
        if (atMs <= nowMs) {
            parking.enqueue(item.queue(), item.deviceId());
        } else {
            parking.remind(atMs, item.queue(), item.deviceId());
        }
    }

    /** What a device that is here waited for is over: a call of it, or its rest. */
    void comeBack(String deviceId, Stream<Item> firsts, long nowMs) {
        firsts.filter(item -> item.dueMs() <= nowMs)
                .map(Item::queue)
                .distinct()
                .forEach(queue -> parking.enqueue(queue, deviceId));
    }
}
