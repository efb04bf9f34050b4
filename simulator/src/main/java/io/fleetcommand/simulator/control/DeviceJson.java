package io.fleetcommand.simulator.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.simulator.fleet.Condition;
import io.fleetcommand.simulator.fleet.Device;
import io.fleetcommand.simulator.fleet.DeviceTraits;
import io.fleetcommand.simulator.fleet.Firmware;
import io.fleetcommand.simulator.fleet.InstalledFirmware;
import io.fleetcommand.simulator.timing.Latency;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads changes of devices and writes devices as JSON: {@code {"condition":"offline","groups":["canary"],"firmware":3}}.
 */
final class DeviceJson {
    private static final Set<String> FIELDS =
            Set.of("condition", "latency", "groups", "platform", "firmware", "system_firmware", "functions");

    private DeviceJson() {}

    /** A change of one or more devices. */
    record Change(Optional<Condition> condition, Optional<Latency> latency, DeviceTraits traits) {
        void applyTo(Device device, long nowNanos) {
            condition.ifPresent(next -> device.setCondition(next, nowNanos));
            latency.ifPresent(device::setLatency);
            traits.applyTo(device);
        }
    }

    /**
     * @param others fields of the request that are no change
     * @throws IllegalArgumentException if a field is unknown or out of its range, or nothing is changed
     */
    static Change read(JsonNode json, Set<String> others) {
        List<String> changed = new ArrayList<>();
        json.fieldNames().forEachRemaining(changed::add);
        changed.removeAll(others);
        if (changed.isEmpty() || !FIELDS.containsAll(changed)) {
            throw new IllegalArgumentException(
                    "give one or more of " + FIELDS.stream().sorted().toList());
        }
        DeviceTraits traits = DeviceTraits.NONE;
        for (String field : changed) {
            JsonNode value = json.get(field);
            traits = switch (field) {
                case "groups" -> traits.withGroups(texts(field, value));
                case "platform" -> traits.withPlatformId(number(field, value));
                case "firmware" ->
                    traits.withFirmwareVersion(
                            value.isNull() ? OptionalInt.empty() : OptionalInt.of(number(field, value)));
                case "system_firmware" -> traits.withSystemFirmwareVersion(value.asText());
                case "functions" ->
                    traits.withFunctions(value.isNull() ? Optional.empty() : Optional.of(texts(field, value)));
                default -> traits;
            };
        }
        return new Change(
                Optional.ofNullable(json.get("condition")).map(node -> Condition.of(node.asText())),
                Optional.ofNullable(json.get("latency")).map(node -> Latency.parse(node.asText())),
                traits);
    }

    static Map<String, Object> write(Device device) {
        InstalledFirmware firmware = device.firmware();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", device.id());
        json.put("index", device.index());
        json.put("name", device.name());
        json.put("condition", device.condition().word());
        json.put("groups", device.groups());
        json.put("platform", firmware.platformId());
        json.put("firmware", firmware.version().isPresent() ? firmware.version().getAsInt() : null);
        json.put("system_firmware", firmware.systemVersion());
        json.put("functions", firmware.functions().orElse(null));
        json.put("variables", Firmware.VARIABLES);
        return json;
    }

    private static List<String> texts(String field, JsonNode value) {
        if (!value.isArray()) {
            throw new IllegalArgumentException(field + " is a list");
        }
        List<String> texts = new ArrayList<>();
        value.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private static int number(String field, JsonNode value) {
        if (!value.canConvertToInt()) {
            throw new IllegalArgumentException(field + " is a number");
        }
        return value.asInt();
    }
}
