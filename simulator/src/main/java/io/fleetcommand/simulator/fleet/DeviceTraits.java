package io.fleetcommand.simulator.fleet;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** What makes devices different from those of the plan: groups, board and firmware. Immutable. */
public record DeviceTraits(UnaryOperator<DeviceRecord> record, UnaryOperator<InstalledFirmware> firmware) {
    public static final DeviceTraits NONE = new DeviceTraits(UnaryOperator.identity(), UnaryOperator.identity());

    public DeviceTraits withGroups(List<String> groups) {
        return new DeviceTraits(before -> record.apply(before).withGroups(groups), firmware);
    }

    public DeviceTraits withPlatformId(int platformId) {
        return installing(before -> before.withPlatformId(platformId));
    }

    public DeviceTraits withFirmwareVersion(OptionalInt version) {
        return installing(before -> before.withVersion(version));
    }

    public DeviceTraits withSystemFirmwareVersion(String version) {
        return installing(before -> before.withSystemVersion(version));
    }

    /** @throws IllegalArgumentException if no device can execute one of the functions */
    public DeviceTraits withFunctions(Optional<List<String>> functions) {
        InstalledFirmware.CURRENT.withFunctions(functions);
        return installing(before -> before.withFunctions(functions));
    }

    private DeviceTraits installing(UnaryOperator<InstalledFirmware> change) {
        return new DeviceTraits(record, before -> change.apply(firmware.apply(before)));
    }

    public void applyTo(Device device) {
        device.change(record);
        device.install(firmware);
    }
}
