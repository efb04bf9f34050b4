package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.accounts.Customer;
import io.fleetcommand.simulator.accounts.Customers;
import io.fleetcommand.simulator.fleet.Device;
import io.fleetcommand.simulator.fleet.Fleet;
import io.fleetcommand.simulator.profile.Profile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Routes that list, read and change devices (particle-contract §4.1 to §4.3). */
final class DeviceRoutes {
    private static final List<String> FILTERS =
            List.of("deviceId", "deviceName", "serialNumber", "groups", "quarantined");

    private final RouteAccess access;
    private final Credentials credentials;
    private final Customers customers;
    private final Fleet fleet;
    private final DeviceBodies deviceBodies;
    private final DeviceChange deviceChange;
    private final Profile profile;

    DeviceRoutes(
            RouteAccess access,
            Credentials credentials,
            Customers customers,
            Fleet fleet,
            DeviceBodies deviceBodies,
            DeviceChange deviceChange,
            Profile profile) {
        this.access = access;
        this.credentials = credentials;
        this.customers = customers;
        this.fleet = fleet;
        this.deviceBodies = deviceBodies;
        this.deviceChange = deviceChange;
        this.profile = profile;
    }

    void addTo(RequestPipeline gate) {
        String devices = "/v1/products/{product}/devices";
        gate.get(devices, Route.DEVICES, RouteAction.atOnce(this::list));
        gate.post(devices, Route.DEVICES, RouteAction.atOnce(this::add));
        gate.get(devices + "/{device}", Route.DEVICE, RouteAction.atOnce(this::one));
        gate.put(
                devices + "/{device}",
                Route.DEVICE,
                RouteAction.atOnce(request -> deviceChange.apply(access.toDevice(request, "devices:update"), request)));
        gate.delete(devices + "/{device}", Route.DEVICE, RouteAction.atOnce(this::remove));
        gate.put(devices + "/{device}/ping", Route.DEVICE, RouteAction.atOnce(this::ping));
        gate.delete(devices + "/{device}/owner", Route.DEVICE, RouteAction.atOnce(this::release));
    }

    private Reply list(ApiRequest request) {
        access.toProduct(request, "devices:list");
        var page = Page.of(request, profile);
        var matching = filter(request)
                .map(filter -> ordered(request).stream().filter(filter).toList())
                .orElseGet(() -> ordered(request));
        var entries = page.of(matching);
        var body = new LinkedHashMap<String, Object>();
        body.put(
                "devices",
                entries.stream()
                        .map(device -> deviceBodies.listed(device, request.nowNanos()))
                        .toList());
        body.put(
                "customers",
                entries.stream()
                        .flatMap(device -> device.record().owner().stream())
                        .distinct()
                        .flatMap(owner -> customers.find(owner).stream())
                        .map(CustomerRoutes::body)
                        .toList());
        body.put("meta", page.meta(matching.size(), profile));
        return Reply.json(200, SimulatorJson.value(body));
    }

    private Reply one(ApiRequest request) {
        var device = access.toDevice(request, "devices:get");
        return Reply.json(200, SimulatorJson.value(deviceBodies.single(device, request.nowNanos())));
    }

    private Reply ping(ApiRequest request) {
        return DeviceBodies.ping(access.toDevice(request, "devices:ping"), request.nowNanos());
    }

    private Reply remove(ApiRequest request) {
        access.toProduct(request, "devices:remove");
        return fleet.remove(request.path("device"))
                ? Reply.noContent()
                : Bodies.notOk(404, "Device not found for this product");
    }

    private Reply release(ApiRequest request) {
        access.toDevice(request, "devices:release").change(record -> record.withOwner(Optional.empty()));
        return Reply.json(200, "{\"ok\":true}");
    }

    private Reply add(ApiRequest request) {
        access.toProduct(request, "devices:import");
        List<String> ids = ids(request);
        if (ids.isEmpty()) {
            return Bodies.notOk(400, "id, ids or a file with one id a line is required");
        }
        var claimUser = request.field("claim_user");
        var owner = claimUser.flatMap(this::user);
        if (claimUser.isPresent() && owner.isEmpty()) {
            return Bodies.notOk(400, "There is no user " + claimUser.get());
        }
        List<String> updated = new ArrayList<>();
        List<String> existing = new ArrayList<>();
        List<String> invalid = new ArrayList<>();
        for (String id : ids) {
            Optional<Device> member = fleet.find(id);
            Optional<Device> restored = member.isPresent() ? Optional.empty() : fleet.restore(id);
            if (member.isPresent()) {
                existing.add(member.get().id());
            } else if (restored.isPresent()) {
                updated.add(restored.get().id());
            } else {
                invalid.add(id);
            }
            if (owner.isPresent()) {
                fleet.find(id).ifPresent(device -> device.change(record -> record.withOwner(owner)));
            }
        }
        return Reply.json(
                200,
                SimulatorJson.value(Map.of(
                        "updated",
                        updated.size(),
                        "updatedDeviceIds",
                        updated,
                        "existingDeviceIds",
                        existing,
                        "nonmemberDeviceIds",
                        List.of(),
                        "invalidDeviceIds",
                        invalid)));
    }

    /** {@code id}, {@code ids}, and the lines of {@code file}. */
    private static List<String> ids(ApiRequest request) {
        List<String> ids = new ArrayList<>(request.listField("ids").orElseGet(List::of));
        request.field("id").ifPresent(ids::add);
        request.field("file").ifPresent(ids::add);
        return ids.stream()
                .flatMap(text -> Arrays.stream(text.split("[\\s,]+")))
                .filter(id -> !id.isEmpty())
                .distinct()
                .toList();
    }

    private Optional<String> user(String name) {
        return name.equals(credentials.owner())
                ? Optional.of(name)
                : customers.find(name).map(Customer::email);
    }

    /** Empty if all devices are asked for. */
    private static Optional<Predicate<Device>> filter(ApiRequest request) {
        if (FILTERS.stream().allMatch(name -> request.query(name).isEmpty())) {
            return Optional.empty();
        }
        String id = request.query("deviceId").orElse("").toLowerCase(Locale.ROOT);
        String name = request.query("deviceName").orElse("");
        String serial = request.query("serialNumber").orElse("");
        Set<String> groups =
                Set.copyOf(Arrays.stream(request.query("groups").orElse("").split(","))
                        .filter(group -> !group.isBlank())
                        .map(String::strip)
                        .distinct()
                        .toList());
        boolean quarantined =
                request.query("quarantined").filter("true"::equals).isPresent();
        return Optional.of(device -> device.id().contains(id)
                && device.name().contains(name)
                && DeviceBodies.serialNumber(device).contains(serial)
                && (groups.isEmpty() || device.groups().stream().anyMatch(groups::contains))
                && !quarantined);
    }

    /** All devices. Those of the plan are in the order of their last handshakes, the latest first. */
    private List<Device> ordered(ApiRequest request) {
        List<Device> devices = switch (request.query("sortAttr").orElse("lastConnection")) {
            case "deviceId" -> fleet.devicesById();
            case "firmwareVersion" ->
                fleet.devices().stream()
                        .sorted(Comparator.comparingInt(
                                device -> device.firmware().version().orElse(0)))
                        .toList();
            default -> fleet.devices();
        };
        return request.query("sortDir").filter("desc"::equals).isPresent() ? reversed(devices) : devices;
    }

    private static List<Device> reversed(List<Device> devices) {
        List<Device> reversed = new ArrayList<>(devices);
        Collections.reverse(reversed);
        return reversed;
    }
}
