package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.AccountId;
import io.fleetcommand.simulator.accounts.Principal;
import io.fleetcommand.simulator.fleet.Device;
import io.fleetcommand.simulator.fleet.Fleet;
import java.util.Optional;

/** Routes of the devices of a user, the owner or a customer, by id or name (particle-contract §1, §4). */
final class OwnDeviceRoutes {
    private static final Reply OK = Reply.json(200, "{\"ok\":true}");

    private final RouteAccess access;
    private final Fleet fleet;
    private final DeviceBodies deviceBodies;
    private final DeviceChange deviceChange;
    private final Bodies bodies;

    OwnDeviceRoutes(
            RouteAccess access, Fleet fleet, DeviceBodies deviceBodies, DeviceChange deviceChange, Bodies bodies) {
        this.access = access;
        this.fleet = fleet;
        this.deviceBodies = deviceBodies;
        this.deviceChange = deviceChange;
        this.bodies = bodies;
    }

    void addTo(RequestPipeline gate) {
        gate.get("/v1/devices", Route.DEVICES, RouteAction.atOnce(this::list));
        gate.post("/v1/devices", Route.DEVICES, RouteAction.atOnce(this::claim));
        // The event stream has the same path pattern as a device's name.
        gate.get("/v1/devices/events", Route.OTHER, RouteAction.atOnce(request -> bodies.notSimulated()));
        gate.get("/v1/devices/{device}", Route.DEVICE, RouteAction.atOnce(this::one));
        gate.put(
                "/v1/devices/{device}",
                Route.DEVICE,
                RouteAction.atOnce(request -> deviceChange.apply(access.toDevice(request, "devices:update"), request)));
        gate.delete("/v1/devices/{device}", Route.DEVICE, RouteAction.atOnce(this::unclaim));
        gate.put("/v1/devices/{device}/ping", Route.DEVICE, RouteAction.atOnce(this::ping));
    }

    private Reply list(ApiRequest request) {
        String user = access.toOwnDevices(request).name();
        return Reply.json(
                200,
                SimulatorJson.value(fleet.ownedBy(user).stream()
                        .map(device -> deviceBodies.listed(device, request.nowNanos()))
                        .toList()));
    }

    private Reply one(ApiRequest request) {
        var device = access.toDevice(request, "devices:get");
        return Reply.json(200, SimulatorJson.value(deviceBodies.single(device, request.nowNanos())));
    }

    private Reply ping(ApiRequest request) {
        return DeviceBodies.ping(access.toDevice(request, "devices:ping"), request.nowNanos());
    }

    private Reply unclaim(ApiRequest request) {
        access.toDevice(request, "devices:release").change(record -> record.withOwner(Optional.empty()));
        return OK;
    }

    private Reply claim(ApiRequest request) {
        var user = access.toOwnDevices(request);
        var id = request.field("id");
        if (id.isEmpty()) {
            // A new device of a product is created by product_id alone.
            return request.value("product_id").isPresent()
                    ? bodies.notSimulated()
                    : Bodies.errors(400, "id is required");
        }
        return fleet.find(id.get())
                .map(device -> claim(device, user, request))
                .orElseGet(() -> Bodies.errors(404, "device does not exist"));
    }

    private Reply claim(Device device, Principal user, ApiRequest request) {
        if (!device.online(request.nowNanos())) {
            return Bodies.errors(404, "device is not connected");
        }
        var after = device.change(
                record -> record.owner().isPresent() ? record : record.withOwner(Optional.of(user.name())));
        if (after.owner().filter(user.name()::equals).isEmpty()) {
            boolean transfer =
                    request.field("request_transfer").filter("true"::equals).isPresent();
            return transfer ? bodies.notSimulated() : Bodies.errors(403, "device belongs to someone else");
        }
        return Reply.json(200, SimulatorJson.object(json -> {
            json.writeStringField("user_id", AccountId.of(user.name()));
            json.writeStringField("id", device.id());
            json.writeBooleanField("connected", true);
            json.writeBooleanField("ok", true);
        }));
    }
}
