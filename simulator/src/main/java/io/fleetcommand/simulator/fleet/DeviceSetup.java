package io.fleetcommand.simulator.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Traits of some devices of a fleet, as on the command line: {@code 50,group=canary,firmware=3}.
 *
 * @param which devices, see {@link Fleet#select}
 */
public record DeviceSetup(String which, DeviceTraits traits) {
    private static final String NONE = "none";

    /** @throws IllegalArgumentException if the text is no setup */
    public static DeviceSetup parse(String text) {
        String[] parts = text.split(",");
        List<String> groups = new ArrayList<>();
        List<String> functions = new ArrayList<>();
        DeviceTraits traits = DeviceTraits.NONE;
        for (int part = 1; part < parts.length; part++) {
            String[] pair = parts[part].split("=", 2);
            String value = pair.length == 2 ? pair[1].strip() : "";
            switch (pair[0].strip()) {
                case "group" -> traits = traits.withGroups(collected(groups, value));
                case "function" -> traits = traits.withFunctions(Optional.of(collected(functions, value)));
                case "platform" -> traits = traits.withPlatformId(number(value));
                case "firmware" ->
                    traits = traits.withFirmwareVersion(
                            value.toLowerCase(Locale.ROOT).equals(NONE)
                                    ? OptionalInt.empty()
                                    : OptionalInt.of(number(value)));
                case "system-firmware" -> traits = traits.withSystemFirmwareVersion(value);
                default ->
                    throw new IllegalArgumentException("'" + parts[part] + "' is no trait of a device: write group=,"
                            + " function=, platform=, firmware= or system-firmware=");
            }
        }
        if (parts.length < 2) {
            throw new IllegalArgumentException(
                    "'" + text + "' sets nothing: write devices and traits, as 50,group=canary,firmware=3");
        }
        return new DeviceSetup(parts[0].strip(), traits);
    }

    /** All values of a trait that is given several times; {@code none} clears them. */
    private static List<String> collected(List<String> values, String value) {
        if (value.isEmpty() || value.equals(NONE)) {
            values.clear();
        } else {
            values.add(value);
        }
        return List.copyOf(values);
    }

    private static int number(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException("'" + value + "' is not a number", malformed);
        }
    }
}
