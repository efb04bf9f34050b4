package io.fleetcommand.simulator.fleet;

import java.util.ArrayDeque;
import java.util.OptionalLong;

/**
 * When a device's calls run: one after the other, 20 waiting at most (docs/cloud-contract.md §7). A call that finds the
 * queue full is dropped although the device has already acknowledged it. Not thread-safe: owned by its {@link Device}.
 */
final class DeviceQueue {
    private static final int MAX_WAITING = 20;

    private final ArrayDeque<Long> waitingUntilNanos = new ArrayDeque<>(MAX_WAITING);
    private long busyUntilNanos = Long.MIN_VALUE;

    /** When the call will have run, or empty if it is dropped. */
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
