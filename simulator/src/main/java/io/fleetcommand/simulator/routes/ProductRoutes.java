package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.accounts.Principal;
import io.fleetcommand.simulator.accounts.Principal.Kind;
import io.fleetcommand.simulator.fleet.Fleet;
import io.fleetcommand.simulator.fleet.Groups;
import io.fleetcommand.simulator.fleet.InstalledFirmware;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Routes of the product and of the current user. */
final class ProductRoutes {
    private final RouteAccess access;
    private final Credentials credentials;
    private final Fleet fleet;
    private final Groups groups;
    private final Bodies bodies;

    ProductRoutes(RouteAccess access, Credentials credentials, Fleet fleet, Groups groups, Bodies bodies) {
        this.access = access;
        this.credentials = credentials;
        this.fleet = fleet;
        this.groups = groups;
        this.bodies = bodies;
    }

    void addTo(RequestPipeline gate) {
        gate.get("/v1/products", Route.PRODUCTS, RouteAction.atOnce(this::list));
        gate.get("/v1/products/{product}", Route.PRODUCTS, RouteAction.atOnce(this::one));
        gate.get("/v1/user", Route.USER, RouteAction.atOnce(this::user));
    }

    private Reply list(ApiRequest request) {
        access.toProducts(request, "products:list");
        return Reply.json(200, SimulatorJson.value(Map.of("products", List.of(product()))));
    }

    private Reply one(ApiRequest request) {
        access.toProduct(request, "products:get");
        return Reply.json(200, SimulatorJson.value(Map.of("product", product())))
                .withHeaders(Map.of("X-Requested-Scope", "product_" + credentials.productId() + ":product:get"));
    }

    private Map<String, Object> product() {
        var product = new LinkedHashMap<String, Object>();
        product.put("id", credentials.productId());
        product.put("platform_id", InstalledFirmware.PLATFORM_BORON);
        product.put("name", credentials.productSlug());
        product.put("slug", credentials.productSlug());
        product.put("description", "A simulated fleet");
        product.put("user", credentials.owner());
        product.put("groups", groups.all().stream().map(Groups.Group::name).toList());
        product.put("settings", Map.of("quarantine", false));
        return product;
    }

    private Reply user(ApiRequest request) {
        Principal user = access.token(request).principal();
        return switch (user.kind()) {
            case API_USER -> bodies.closedToApiUsers();
            case PRODUCT -> bodies.permissionDenied();
            case OWNER, CUSTOMER -> Reply.json(200, SimulatorJson.value(user(user)));
        };
    }

    private Map<String, Object> user(Principal user) {
        var body = new LinkedHashMap<String, Object>();
        body.put("username", user.name());
        body.put("tos", 1);
        body.put("account_info", Map.of("business_account", user.kind() == Kind.OWNER));
        body.put("mfa", Map.of("enabled", false));
        body.put("memberships", List.of());
        body.put("scim_provisioned", false);
        body.put("no_password", false);
        body.put("wifi_device_count", 0);
        body.put("cellular_device_count", fleet.ownedBy(user.name()).size());
        return body;
    }
}
