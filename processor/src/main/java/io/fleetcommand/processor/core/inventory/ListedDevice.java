package io.fleetcommand.processor.core.inventory;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What the cloud's listing says of one device.
 *
 * @param id 24 hexadecimal digits in lower case
 * @param name empty if the device has none
 * @param online what the cloud believes, which is late for a device that was just lost
 * @param lastHeardMs when the cloud last heard from the device, in epoch milliseconds
 * @param firmwareVersion version of the product's firmware
 * @param systemFirmwareVersion version of Device OS
 * @param functions registered functions; empty if the device has never described itself
 * @param variables registered variables with their types; empty as for {@code functions}
 */
public record ListedDevice(
        String id,
        String name,
        boolean online,
        OptionalLong lastHeardMs,
        List<String> groups,
        OptionalInt platformId,
        OptionalInt firmwareVersion,
        Optional<String> systemFirmwareVersion,
        Optional<List<String>> functions,
        Optional<Map<String, String>> variables) {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{24}");

    public ListedDevice {
        if (!isId(id)) {
            throw new IllegalArgumentException("a device id has 24 hexadecimal digits in lower case, not: " + id);
        }
        Objects.requireNonNull(name);
        Objects.requireNonNull(lastHeardMs);
        groups = List.copyOf(groups);
        Objects.requireNonNull(platformId);
        Objects.requireNonNull(firmwareVersion);
        Objects.requireNonNull(systemFirmwareVersion);
        functions = functions.map(List::copyOf);
        // Keeps the order in which the device describes itself.
        variables = variables.map(types -> Collections.unmodifiableMap(new LinkedHashMap<>(types)));
    }

    /** Whether the text is the id of a device, in lower case. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }
}
