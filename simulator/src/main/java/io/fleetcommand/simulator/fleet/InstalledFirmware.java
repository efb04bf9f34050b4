package io.fleetcommand.simulator.fleet;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the cloud knows of a device's board and firmware. Immutable.
 *
 * @param version version of the product's firmware; empty if it was never flashed
 * @param systemVersion version of Device OS
 * @param functions registered functions, some of {@link Firmware#FUNCTIONS}; empty if the device has never described
 *     itself
 */
public record InstalledFirmware(
        int platformId, OptionalInt version, String systemVersion, Optional<List<String>> functions) {
    public static final int PLATFORM_BORON = 13;

    public static final InstalledFirmware CURRENT =
            new InstalledFirmware(PLATFORM_BORON, OptionalInt.of(1), "6.2.0", Optional.of(Firmware.FUNCTIONS));

    /** @throws IllegalArgumentException if no device can execute one of the functions */
    public InstalledFirmware {
        functions = functions.map(names -> names.stream().distinct().toList());
        functions.ifPresent(names -> names.forEach(name -> {
            if (!Firmware.FUNCTIONS.contains(name)) {
                throw new IllegalArgumentException(
                        "no device has the function " + name + "; there are " + Firmware.FUNCTIONS);
            }
        }));
    }

    public InstalledFirmware withPlatformId(int other) {
        return new InstalledFirmware(other, version, systemVersion, functions);
    }

    public InstalledFirmware withVersion(OptionalInt other) {
        return new InstalledFirmware(platformId, other, systemVersion, functions);
    }

    public InstalledFirmware withSystemVersion(String other) {
        return new InstalledFirmware(platformId, version, other, functions);
    }

    public InstalledFirmware withFunctions(Optional<List<String>> others) {
        return new InstalledFirmware(platformId, version, systemVersion, others);
    }
}
