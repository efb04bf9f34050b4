package io.fleetcommand.simulator.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.fleet.Device;
import io.fleetcommand.simulator.fleet.DeviceRecord;
import io.fleetcommand.simulator.fleet.Firmware;
import io.fleetcommand.simulator.fleet.InstalledFirmware;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes devices as JSON (particle-contract §3, §4). */
final class DeviceBodies {
    private final Credentials credentials;
    private final Profile profile;
    private final InstantSource clock;
    private final Instant startedAt;

    DeviceBodies(Credentials credentials, Profile profile, InstantSource clock) {
        this.credentials = credentials;
        this.profile = profile;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    String now() {
        return clock.instant().toString();
    }

    /** The handshakes of the devices are one second apart, the last one just before the simulator started. */
    Instant lastHandshake(Device device) {
        return startedAt.minusSeconds(device.index() + 1L);
    }

    void writeCoreInfo(JsonGenerator json, Device device) throws IOException {
        String handshake = lastHandshake(device).toString();
        json.writeObjectFieldStart("coreInfo");
        if (profile.has(Setting.VARIABLE_BODY_2015)) {
            json.writeStringField("last_app", "");
        } else {
            json.writeStringField("name", device.name());
        }
        if (!profile.has(Setting.VARIABLE_BODY_MINIMAL)) {
            json.writeStringField("last_heard", handshake);
        }
        json.writeBooleanField("connected", true);
        json.writeStringField("last_handshake_at", handshake);
        json.writeStringField("deviceID", device.id());
        if (profile.has(Setting.VARIABLE_BODY_CURRENT)) {
            json.writeNumberField("product_id", credentials.productId());
        }
        json.writeEndObject();
    }

    /** The device as an entry of a listing. */
    Map<String, Object> listed(Device device, long nowNanos) {
        var fields = new LinkedHashMap<String, Object>();
        DeviceRecord record = device.record();
        InstalledFirmware firmware = device.firmware();
        String handshake = lastHandshake(device).toString();
        fields.put("id", device.id());
        fields.put("name", record.name());
        fields.put("owner", record.owner().orElse(null));
        fields.put("product_id", credentials.productId());
        fields.put("platform_id", firmware.platformId());
        fields.put("online", device.online(nowNanos));
        fields.put("serial_number", serialNumber(device));
        fields.put("groups", record.groups());
        fields.put("last_ip_address", "192.0.2.1");
        fields.put("last_handshake_at", handshake);
        fields.put("last_heard", handshake);
        fields.put("cellular", true);
        fields.put("status", "normal");
        fields.put("notes", record.notes().orElse(null));
        fields.put("development", record.development());
        fields.put("denied", false);
        fields.put("quarantined", false);
        fields.put("firmware_product_id", credentials.productId());
        fields.put(
                "firmware_version",
                firmware.version().isPresent() ? firmware.version().getAsInt() : null);
        fields.put("system_firmware_version", firmware.systemVersion());
        fields.put("targeted_firmware_release_version", 1);
        if (record.desiredFirmwareVersion().isPresent()) {
            fields.put(
                    "desired_firmware_version", record.desiredFirmwareVersion().getAsInt());
        }
        fields.put("functions", firmware.functions().orElse(null));
        fields.put("variables", firmware.functions().isPresent() ? Firmware.VARIABLES : null);
        return fields;
    }

    /** The device as the response for a single device. */
    Map<String, Object> single(Device device, long nowNanos) {
        var fields = new LinkedHashMap<>(listed(device, nowNanos));
        fields.put("connected", device.online(nowNanos));
        fields.put("current_build_target", device.firmware().systemVersion());
        fields.put("default_build_target", "6.2.0");
        fields.put("firmware_updates_enabled", true);
        fields.put("firmware_updates_forced", false);
        fields.put("mobile_secret", "SIMULATED000001");
        return fields;
    }

    static Reply ping(Device device, long nowNanos) {
        return Reply.json(200, SimulatorJson.value(Map.of("online", device.online(nowNanos), "ok", true)));
    }

    static String serialNumber(Device device) {
        return String.format("SIM%09d", device.index());
    }
}
