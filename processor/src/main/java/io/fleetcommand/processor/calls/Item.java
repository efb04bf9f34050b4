package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Request;

/**
 * What the schedule has to know of one open request.
 *
 * @param sequence reading order
 * @param holds whether it keeps its device's later commands back while it is not due: a command that was tried
 * @param waits whether it waits for its turn, rather than occupy the device
 */
record Item(
        String requestId,
        String deviceId,
        Lane lane,
        long sequence,
        boolean command,
        boolean holds,
        boolean waits,
        long dueMs,
        long alarmMs) {
    static Item of(Entry entry) {
        Request request = entry.request().orElseThrow();
        return new Item(
                entry.id(),
                request.deviceId(),
                request.lane(),
                entry.sequence(),
                request.isCommand(),
                request.isCommand() && entry.attempts().high() > 0,
                entry.phase() == Phase.READY,
                entry.wakeMs(),
                entry.alarmMs());
    }

    boolean standsInLineAt(long nowMs) {
        return holds || dueMs <= nowMs;
    }
}
