package io.fleetcommand.processor.core.ports;

import java.util.OptionalLong;

/** The devices that are left alone for a while since their calls fail. Owned by the task's stream thread. */
@FunctionalInterface
public interface DeviceBackoffs {
    /** Until when a device is left alone, or was; empty for one that has answered since. */
    OptionalLong untilMs(String deviceId);
}
