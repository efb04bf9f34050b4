package io.fleetcommand.simulator.fleet;

import java.util.ArrayDeque;
import java.util.OptionalLong;

/**
 * Schedules a device's calls: one at a time, with at most 20 queued (particle-contract §7). A call to a full queue is
 * dropped although the device has already acknowledged it. Not thread-safe: guarded by its {@link Device}.
 */
final class DeviceQueue {
    private static final int MAX_WAITING = 20;

    private final ArrayDeque<Long> waitingUntilNanos = new ArrayDeque<>(MAX_WAITING);
    private long busyUntilNanos = Long.MIN_VALUE;

    /** @return when the call is completed; empty if it is dropped */
    OptionalLong add(long nowNanos, long runNanos) {
        while (!waitingUntilNanos.isEmpty() && waitingUntilNanos.peekFirst() <= nowNanos) {
            waitingUntilNanos.removeFirst();
        }
        if (busyUntilNanos > nowNanos) {
            if (waitingUntilNanos.size() == MAX_WAITING) {
                return OptionalLong.empty();
            }
            waitingUntilNanos.addLast(busyUntilNanos);
            busyUntilNanos += runNanos;
        } else {
            busyUntilNanos = nowNanos + runNanos;
        }
        return OptionalLong.of(busyUntilNanos);
    }
}
