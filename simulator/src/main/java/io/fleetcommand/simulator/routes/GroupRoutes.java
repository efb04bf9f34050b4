package io.fleetcommand.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.simulator.fleet.Device;
import io.fleetcommand.simulator.fleet.Fleet;
import io.fleetcommand.simulator.fleet.Groups;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Routes of device groups (particle-contract §4.4). */
final class GroupRoutes {
    private final RouteAccess access;
    private final Fleet fleet;
    private final Groups groups;

    GroupRoutes(RouteAccess access, Fleet fleet, Groups groups) {
        this.access = access;
        this.fleet = fleet;
        this.groups = groups;
    }

    void addTo(RequestPipeline gate) {
        String path = "/v1/products/{product}/groups";
        gate.get(path, Route.GROUPS, RouteAction.atOnce(this::list));
        gate.post(path, Route.GROUPS, RouteAction.atOnce(this::create));
        gate.get(path + "/{name}", Route.GROUPS, RouteAction.atOnce(this::one));
        gate.put(path + "/{name}", Route.GROUPS, RouteAction.atOnce(this::update));
        gate.delete(path + "/{name}", Route.GROUPS, RouteAction.atOnce(this::remove));
        gate.put("/v1/products/{product}/devices", Route.DEVICES, RouteAction.atOnce(this::moveDevices));
    }

    private Reply list(ApiRequest request) {
        access.toProduct(request, "groups:list");
        String part = request.query("name").orElse("");
        return Reply.json(
                200,
                SimulatorJson.value(Map.of(
                        "groups",
                        groups.all().stream()
                                .filter(group -> group.name().contains(part))
                                .map(this::body)
                                .toList())));
    }

    private Reply create(ApiRequest request) {
        access.toProduct(request, "groups:create");
        String name = request.field("name").orElse("");
        if (!name.matches("[a-z0-9_-]+")) {
            return Bodies.notOk(400, "A group's name has letters a to z, digits, - and _");
        }
        return group(201, groups.put(name, request.field("description").orElse(""), request.field("color")));
    }

    private Reply one(ApiRequest request) {
        access.toProduct(request, "groups:get");
        return groups.find(request.path("name")).map(group -> group(200, group)).orElseGet(GroupRoutes::unknown);
    }

    private Reply update(ApiRequest request) {
        access.toProduct(request, "groups:update");
        return groups.find(request.path("name"))
                .map(group -> group(
                        200,
                        groups.put(
                                group.name(),
                                request.field("description").orElse(group.description()),
                                request.field("color").or(() -> Optional.of(group.color())))))
                .orElseGet(GroupRoutes::unknown);
    }

    private Reply remove(ApiRequest request) {
        access.toProduct(request, "groups:remove");
        return groups.remove(request.path("name")) ? Reply.noContent() : unknown();
    }

    private Reply moveDevices(ApiRequest request) {
        access.toProduct(request, "devices:update");
        JsonNode json = request.json();
        if (!json.path("action").asText().equals("groups")) {
            return Bodies.notOk(400, "The action must be groups");
        }
        List<Device> devices = texts(json.path("devices")).stream()
                .flatMap(id -> fleet.find(id).stream())
                .toList();
        JsonNode metadata = json.path("metadata");
        devices.forEach(device -> groups.change(device, texts(metadata.path("add")), texts(metadata.path("remove"))));
        return Reply.json(200, "{\"ok\":true}");
    }

    private Reply group(int status, Groups.Group group) {
        return Reply.json(status, SimulatorJson.value(Map.of("group", body(group))));
    }

    private Map<String, Object> body(Groups.Group group) {
        return Map.of(
                "name", group.name(),
                "description", group.description(),
                "color", group.color(),
                "fw_version", 1,
                "device_count", groups.size(group.name()));
    }

    private static Reply unknown() {
        return Bodies.notOk(404, "Group not found");
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        node.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
