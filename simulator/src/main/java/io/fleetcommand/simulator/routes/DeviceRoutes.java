package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.fleet.Device;
import io.fleetcommand.simulator.fleet.Firmware;
import io.fleetcommand.simulator.fleet.Fleet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Listing, reading and changing devices (particle-contract §4.1 to §4.3). */
final class DeviceRoutes {
    private static final int USUAL_PER_PAGE = 25;
    /** The real bound is unknown; this one keeps an answer small. */
    private static final int MOST_PER_PAGE = 100;

    private final Access access;
    private final Fleet fleet;
    private final DeviceBodies deviceBodies;

    DeviceRoutes(Access access, Fleet fleet, DeviceBodies deviceBodies) {
        this.access = access;
        this.fleet = fleet;
        this.deviceBodies = deviceBodies;
    }

    void addTo(Gate gate) {
        String devices = "/v1/products/{product}/devices";
        gate.get(devices, Route.DEVICES, Action.atOnce(this::list));
        gate.post(devices, Route.DEVICES, Action.atOnce(this::add));
        gate.get(devices + "/{device}", Route.DEVICE, Action.atOnce(request -> one(request, "devices:get")));
        gate.put(devices + "/{device}", Route.DEVICE, Action.atOnce(this::change));
        gate.delete(devices + "/{device}", Route.DEVICE, Action.atOnce(this::remove));
        gate.put(devices + "/{device}/ping", Route.DEVICE, Action.atOnce(this::ping));
        gate.delete(devices + "/{device}/owner", Route.DEVICE, Action.atOnce(this::release));
        gate.get("/v1/devices", Route.DEVICES, Action.atOnce(this::own));
        gate.get("/v1/devices/{device}", Route.DEVICE, Action.atOnce(request -> one(request, "devices:get")));
    }

    private Reply list(Request request) {
        access.toProduct(request, "devices:list");
        int page = number(request, "page", 1, Integer.MAX_VALUE);
        int perPage = number(request, "per_page", USUAL_PER_PAGE, MOST_PER_PAGE);
        var wanted = fleet.devices().stream()
                .filter(filter(request))
                .sorted(order(request))
                .toList();
        int from = (int) Math.min(wanted.size(), (page - 1L) * perPage);
        var shown = wanted.subList(from, Math.min(wanted.size(), from + perPage)).stream()
                .map(device -> deviceBodies.listed(device, request.nowNanos()))
                .toList();
        int pages = (wanted.size() + perPage - 1) / perPage;
        return Reply.json(
                200,
                Json.value(Map.of(
                        "devices",
                        shown,
                        "customers",
                        List.of(),
                        "meta",
                        Map.of(
                                "page", page,
                                "per_page", perPage,
                                "total_pages", pages,
                                "total_records", wanted.size()))));
    }

    private Reply own(Request request) {
        access.toOwnDevices(request);
        return Reply.json(
                200,
                Json.value(fleet.devices().stream()
                        .map(device -> deviceBodies.listed(device, request.nowNanos()))
                        .toList()));
    }

    private Reply one(Request request, String scope) {
        var device = access.toDevice(request, scope);
        return Reply.json(200, Json.value(deviceBodies.single(device, request.nowNanos())));
    }

    private Reply ping(Request request) {
        boolean online = access.toDevice(request, "devices:ping").online(request.nowNanos());
        return Reply.json(200, Json.value(Map.of("online", online, "ok", true)));
    }

    private Reply change(Request request) {
        var device = access.toDevice(request, "devices:update");
        Map<String, Object> changed = new LinkedHashMap<>();
        changed.put("id", device.id());
        request.field("name").ifPresent(name -> {
            device.rename(name);
            changed.put("name", name);
        });
        request.listField("groups").ifPresent(groups -> {
            device.regroup(groups);
            changed.put("groups", groups);
        });
        changed.put("updated_at", deviceBodies.now());
        return Reply.json(200, Json.value(changed));
    }

    private Reply remove(Request request) {
        access.toProduct(request, "devices:remove");
        return fleet.remove(request.path("device"))
                ? Reply.noContent()
                : Bodies.notOk(404, "Device not found for this product");
    }

    private Reply release(Request request) {
        access.toDevice(request, "devices:release");
        return Reply.json(200, "{\"ok\":true}");
    }

    private Reply add(Request request) {
        access.toProduct(request, "devices:import");
        List<String> ids = new ArrayList<>(request.listField("ids").orElseGet(List::of));
        request.field("id").ifPresent(ids::add);
        List<String> updated = new ArrayList<>();
        List<String> existing = new ArrayList<>();
        List<String> invalid = new ArrayList<>();
        for (String id : ids) {
            if (fleet.find(id).isPresent()) {
                existing.add(id);
            } else if (fleet.restore(id).isPresent()) {
                updated.add(id);
            } else {
                invalid.add(id);
            }
        }
        return Reply.json(
                200,
                Json.value(Map.of(
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

    private static Predicate<Device> filter(Request request) {
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
        return device -> device.id().contains(id)
                && device.name().contains(name)
                && DeviceBodies.serialNumber(device).contains(serial)
                && (groups.isEmpty() || device.groups().stream().anyMatch(groups::contains))
                && !quarantined;
    }

    private Comparator<Device> order(Request request) {
        Comparator<Device> order = switch (request.query("sortAttr").orElse("lastConnection")) {
            case "deviceId" -> Comparator.comparing(Device::id);
            case "firmwareVersion" -> Comparator.comparing(device -> Firmware.VERSION);
            default -> Comparator.comparing(deviceBodies::lastHandshake).reversed();
        };
        return request.query("sortDir").filter("desc"::equals).isPresent() ? order.reversed() : order;
    }

    private int number(Request request, String name, int usual, int most) {
        try {
            int number = request.query(name).map(Integer::parseInt).orElse(usual);
            return Math.min(most, Math.max(1, number));
        } catch (NumberFormatException wrong) {
            throw new Refusal(Bodies.notOk(400, name + " is not a number"));
        }
    }
}
