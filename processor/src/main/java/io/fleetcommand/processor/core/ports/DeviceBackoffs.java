package io.fleetcommand.processor.core.ports;

import java.util.OptionalLong;

/** The back-offs of devices whose calls fail. Confined to the task's stream thread. */
@FunctionalInterface
public interface DeviceBackoffs {
    /** When a device's back-off ends or ended; empty for a device that has answered since. */
    OptionalLong untilMs(String deviceId);
}
