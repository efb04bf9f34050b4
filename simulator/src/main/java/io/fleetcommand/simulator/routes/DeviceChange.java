package io.fleetcommand.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.simulator.fleet.Device;
import io.fleetcommand.simulator.fleet.DeviceRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** Handles {@code PUT} of a device: changes its record, or makes it signal (particle-contract §4.3). */
final class DeviceChange {
    private final DeviceBodies deviceBodies;
    private final Bodies bodies;

    DeviceChange(DeviceBodies deviceBodies, Bodies bodies) {
        this.deviceBodies = deviceBodies;
        this.bodies = bodies;
    }

    Reply apply(Device device, ApiRequest request) {
        if (flashes(request) || request.value("product_id").isPresent()) {
            return bodies.notSimulated();
        }
        var signal = request.value("signal");
        return signal.isPresent() ? signal(device, isTrue(signal.get()), request.nowNanos()) : change(device, request);
    }

    /** Whether the request flashes firmware: a multipart body with files, or the name of an application. */
    private static boolean flashes(ApiRequest request) {
        return request.isMultipart()
                || request.value("app_id").isPresent()
                || request.value("app").isPresent()
                || request.value("latest").isPresent();
    }

    private Reply signal(Device device, boolean signaling, long nowNanos) {
        if (!device.online(nowNanos)) {
            return bodies.knownOffline();
        }
        return Reply.json(200, SimulatorJson.object(json -> {
            json.writeStringField("id", device.id());
            json.writeBooleanField("connected", true);
            json.writeBooleanField("signaling", signaling);
        }));
    }

    private Reply change(Device device, ApiRequest request) {
        Map<String, Object> changed = new LinkedHashMap<>();
        UnaryOperator<DeviceRecord> change = record -> record;
        var name = request.field("name");
        if (name.isPresent()) {
            changed.put("name", name.get());
            change = then(change, record -> record.withName(name.get()));
        }
        var notes = request.value("notes");
        if (notes.isPresent()) {
            Optional<String> text = request.field("notes");
            changed.put("notes", text.orElse(null));
            change = then(change, record -> record.withNotes(text));
        }
        var groups = request.listField("groups");
        if (groups.isPresent()) {
            changed.put("groups", groups.get());
            change = then(change, record -> record.withGroups(groups.get()));
        }
        var development = request.value("development");
        if (development.isPresent()) {
            boolean value = isTrue(development.get());
            changed.put("development", value);
            change = then(change, record -> record.withDevelopment(value));
        }
        var firmware = request.value("desired_firmware_version");
        if (firmware.isPresent()) {
            OptionalInt version = version(firmware.get());
            changed.put("desired_firmware_version", version.isPresent() ? version.getAsInt() : null);
            change = then(change, record -> record.withDesiredFirmwareVersion(version));
        }
        device.change(change);
        return reply(device, changed);
    }

    private Reply reply(Device device, Map<String, Object> changed) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", device.id());
        body.putAll(changed);
        body.put("updated_at", deviceBodies.now());
        return Reply.json(200, SimulatorJson.value(body));
    }

    private static UnaryOperator<DeviceRecord> then(
            UnaryOperator<DeviceRecord> first, UnaryOperator<DeviceRecord> second) {
        return record -> second.apply(first.apply(record));
    }

    private static boolean isTrue(JsonNode value) {
        String text = value.asText();
        return text.equals("true") || text.equals("1");
    }

    private static OptionalInt version(JsonNode value) {
        if (value.isNull() || value.asText().isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(value.asText()));
        } catch (NumberFormatException malformed) {
            throw new Refusal(Bodies.notOk(400, "desired_firmware_version is not a number"));
        }
    }
}
