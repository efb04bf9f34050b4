package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.DeviceBackoffs;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The back-offs of the devices in memory: when each ends, and the timer that fires then. They are read from disk when a
 * device comes into memory, so that no turn reads them there. Confined to the task's stream thread.
 */
final class BackoffTimers {
    private final DeviceBackoffs stored;
    /** Ends of back-offs by device; none for a device that has answered since. */
    private final Map<String, Long> endsMs = new HashMap<>();
    /** Timers of back-offs that have not ended yet. */
    private final NavigableSet<TimerEntry<String>> timers = new TreeSet<>();

    /** Where a device stands. */
    enum State {
        /** It may be called. */
        NONE,
        /** It must not be called. */
        BACKING_OFF,
        /** Its back-off has ended and it has not answered since: one call is to find out whether it does. */
        PROBING
    }

    /** @param stored the back-offs of all devices */
    BackoffTimers(DeviceBackoffs stored) {
        this.stored = stored;
    }

    /** A device comes into memory. */
    void load(String deviceId) {
        stored.untilMs(deviceId).ifPresent(untilMs -> start(deviceId, untilMs));
    }

    /** The back-off of a device starts or is extended. */
    void start(String deviceId, long untilMs) {
        end(deviceId);
        endsMs.put(deviceId, untilMs);
        timers.add(new TimerEntry<>(untilMs, deviceId));
    }

    /** The back-off of a device is over, or the device leaves memory. */
    void end(String deviceId) {
        Long endMs = endsMs.remove(deviceId);
        if (endMs != null) {
            timers.remove(new TimerEntry<>(endMs, deviceId));
        }
    }

    State state(String deviceId, long nowMs) {
        Long endMs = endsMs.get(deviceId);
        if (endMs == null) {
            return State.NONE;
        }
        return nowMs < endMs ? State.BACKING_OFF : State.PROBING;
    }

    /** When a waiting request of a device in memory may be called, without regard to quota and other requests. */
    long earliestMs(QueuedRequest item) {
        return Math.max(item.dueMs(), endsMs.getOrDefault(item.deviceId(), 0L));
    }

    /** A device whose back-off has ended; each is returned once. */
    Optional<String> nextEnded(long nowMs) {
        return timers.isEmpty() || timers.first().atMs() > nowMs
                ? Optional.empty()
                : Optional.of(timers.pollFirst().key());
    }
}
