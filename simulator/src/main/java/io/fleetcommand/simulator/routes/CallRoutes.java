package io.fleetcommand.simulator.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.fleetcommand.simulator.counts.Execution;
import io.fleetcommand.simulator.fleet.Device;
import io.fleetcommand.simulator.fleet.Firmware;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Routes of function calls and variable reads (particle-contract §2, §3). */
final class CallRoutes {
    private final RouteAccess access;
    private final DeviceCalls calls;
    private final DeviceBodies deviceBodies;
    private final Bodies bodies;
    private final Profile profile;

    CallRoutes(RouteAccess access, DeviceCalls calls, DeviceBodies deviceBodies, Bodies bodies, Profile profile) {
        this.access = access;
        this.calls = calls;
        this.deviceBodies = deviceBodies;
        this.bodies = bodies;
        this.profile = profile;
    }

    void addTo(RequestPipeline gate) {
        for (var devices : new String[] {"/v1/products/{product}/devices", "/v1/devices"}) {
            // Event streams have the same path pattern as variables.
            gate.get(devices + "/{device}/events", Route.OTHER, RouteAction.atOnce(request -> bodies.notSimulated()));
            gate.post(devices + "/{device}/{name}", Route.FUNCTION, this::callFunction);
            gate.get(devices + "/{device}/{name}", Route.VARIABLE, this::readVariable);
        }
    }

    private CompletableFuture<Reply> callFunction(ApiRequest request) {
        var device = access.toDevice(request, "devices.function:call");
        var body = CallBody.of(request);
        boolean checked = nameIsChecked(device, request);
        if (checked && body.argument().isEmpty()) {
            throw new Refusal(bodies.unknownFunction(request.path("name")));
        }
        String function = known(device.functions(), request.path("name"))
                .orElseGet(() -> unlessChecked(checked, request, bodies::unknownFunction));
        String argument = body.argument().orElse("");
        if (profile.has(Setting.LONG_ARGUMENT_REJECTED) && !Firmware.fits(argument)) {
            throw new Refusal(bodies.argumentTooLong());
        }
        String taken = Firmware.cut(argument);
        return calls.call(
                device,
                Execution.Kind.FUNCTION,
                function,
                taken,
                () -> Firmware.run(device, function, taken),
                returned -> body.raw() ? Reply.text(returned.toString()) : returnValue(device, returned));
    }

    /**
     * The cloud knows the names of a device that it believes to be online or, by the profile, from its last Describe.
     */
    private boolean nameIsChecked(Device device, ApiRequest request) {
        return profile.has(Setting.CHECK_ORDER_NAME_FIRST) || device.online(request.nowNanos());
    }

    /** The name as spelled by the firmware. */
    private Optional<String> known(Collection<String> names, String name) {
        boolean ignoreCase = profile.has(Setting.NAME_CASE_IGNORED);
        return names.stream()
                .filter(known -> ignoreCase ? known.equalsIgnoreCase(name) : known.equals(name))
                .findFirst();
    }

    /** @throws Refusal if names are checked */
    private static String unlessChecked(boolean checked, ApiRequest request, Function<String, Reply> refusal) {
        String name = request.path("name");
        if (checked) {
            throw new Refusal(refusal.apply(name));
        }
        return name;
    }

    private Reply returnValue(Device device, int returned) {
        if (profile.has(Setting.RETURN_VALUE_MISSING)) {
            return bodies.noReturnValue();
        }
        return Reply.json(200, SimulatorJson.object(json -> {
            json.writeStringField("id", device.id());
            if (profile.has(Setting.FUNCTION_BODY_CURRENT)) {
                json.writeStringField("name", device.name());
            } else if (profile.has(Setting.FUNCTION_BODY_WITH_LAST_APP)) {
                json.writeStringField("last_app", "");
            }
            json.writeBooleanField("connected", true);
            json.writeNumberField("return_value", returned);
        }));
    }

    private CompletableFuture<Reply> readVariable(ApiRequest request) {
        var device = access.toDevice(request, "devices.variable:get");
        boolean checked = nameIsChecked(device, request);
        String variable = known(Firmware.VARIABLES.keySet(), request.path("name"))
                .orElseGet(() -> unlessChecked(checked, request, bodies::unknownVariable));
        boolean raw = request.query("format").filter("raw"::equals).isPresent();
        return calls.call(
                device,
                Execution.Kind.VARIABLE,
                variable,
                "",
                () -> Firmware.read(device, variable),
                value -> raw ? Reply.text(value.toString()) : variableValue(device, variable, value));
    }

    private Reply variableValue(Device device, String variable, Object value) {
        return Reply.json(200, SimulatorJson.object(json -> {
            if (!profile.has(Setting.VARIABLE_BODY_MINIMAL)) {
                json.writeStringField("cmd", "VarReturn");
            }
            json.writeStringField("name", variable);
            json.writeObjectField("result", value);
            if (profile.has(Setting.VARIABLE_BODY_CURRENT)) {
                json.writeStringField("device", device.id());
                writeMessage(json, device, variable);
            }
            deviceBodies.writeCoreInfo(json, device);
        }));
    }

    private static void writeMessage(JsonGenerator json, Device device, String variable) throws IOException {
        json.writeObjectFieldStart("body");
        json.writeStringField("device", device.id());
        json.writeObjectFieldStart("msg");
        json.writeStringField("cmd", "GetVar");
        json.writeStringField("name", variable);
        json.writeEndObject();
        json.writeEndObject();
    }
}
