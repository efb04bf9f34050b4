package io.fleetcommand.simulator.fleet;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The cloud's record of a device, whether it is online or not. Immutable.
 *
 * @param owner user or customer that has claimed the device; empty if unclaimed
 * @param desiredFirmwareVersion version that the product locks the device to; empty if it is not locked
 */
public record DeviceRecord(
        String name,
        List<String> groups,
        Optional<String> owner,
        Optional<String> notes,
        boolean development,
        OptionalInt desiredFirmwareVersion) {
    public DeviceRecord {
        groups = groups.stream().distinct().toList();
    }

    /** The initial record. */
    static DeviceRecord fresh(FleetPlan.Member member, String owner) {
        return new DeviceRecord(
                member.name(), member.groups(), Optional.of(owner), Optional.empty(), false, OptionalInt.empty());
    }

    public DeviceRecord withName(String other) {
        return new DeviceRecord(other, groups, owner, notes, development, desiredFirmwareVersion);
    }

    public DeviceRecord withGroups(List<String> others) {
        return new DeviceRecord(name, others, owner, notes, development, desiredFirmwareVersion);
    }

    public DeviceRecord withOwner(Optional<String> other) {
        return new DeviceRecord(name, groups, other, notes, development, desiredFirmwareVersion);
    }

    public DeviceRecord withNotes(Optional<String> others) {
        return new DeviceRecord(name, groups, owner, others, development, desiredFirmwareVersion);
    }

    public DeviceRecord withDevelopment(boolean other) {
        return new DeviceRecord(name, groups, owner, notes, other, desiredFirmwareVersion);
    }

    public DeviceRecord withDesiredFirmwareVersion(OptionalInt other) {
        return new DeviceRecord(name, groups, owner, notes, development, other);
    }
}
