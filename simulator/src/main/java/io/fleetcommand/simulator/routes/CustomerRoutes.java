package io.fleetcommand.simulator.routes;

import io.fleetcommand.service.Secret;
import io.fleetcommand.simulator.accounts.Client;
import io.fleetcommand.simulator.accounts.Clients;
import io.fleetcommand.simulator.accounts.Customer;
import io.fleetcommand.simulator.accounts.Customers;
import io.fleetcommand.simulator.accounts.Principal.Kind;
import io.fleetcommand.simulator.accounts.TokenIssuer;
import io.fleetcommand.simulator.counts.Counts;
import io.fleetcommand.simulator.fleet.Fleet;
import io.fleetcommand.simulator.profile.Profile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Routes of the product's customers (particle-contract §5.1, §8). */
final class CustomerRoutes {
    private static final String CREATE = "customers:create";

    private final RouteAccess access;
    private final Customers customers;
    private final Clients clients;
    private final TokenIssuer tokenIssuer;
    private final Fleet fleet;
    private final DeviceBodies deviceBodies;
    private final TokenBodies tokenBodies;
    private final Bodies bodies;
    private final Profile profile;
    private final Counts counts;

    CustomerRoutes(
            RouteAccess access,
            Customers customers,
            Clients clients,
            TokenIssuer tokenIssuer,
            Fleet fleet,
            DeviceBodies deviceBodies,
            TokenBodies tokenBodies,
            Bodies bodies,
            Profile profile,
            Counts counts) {
        this.access = access;
        this.customers = customers;
        this.clients = clients;
        this.tokenIssuer = tokenIssuer;
        this.fleet = fleet;
        this.deviceBodies = deviceBodies;
        this.tokenBodies = tokenBodies;
        this.bodies = bodies;
        this.profile = profile;
        this.counts = counts;
    }

    void addTo(RequestPipeline gate) {
        String path = "/v1/products/{product}/customers";
        gate.get(path, Route.CUSTOMERS, RouteAction.atOnce(this::list));
        gate.post(path, Route.CUSTOMERS, RouteAction.atOnce(this::create));
        gate.put(path + "/{customer}", Route.CUSTOMERS, RouteAction.atOnce(this::change));
        gate.delete(path + "/{customer}", Route.CUSTOMERS, RouteAction.atOnce(this::remove));
    }

    private Reply list(ApiRequest request) {
        access.toProduct(request, "customers:list");
        var page = Page.of(request, profile);
        var all = customers.all();
        var entries = page.of(all);
        var body = new LinkedHashMap<String, Object>();
        body.put("customers", entries.stream().map(CustomerRoutes::body).toList());
        body.put(
                "devices",
                entries.stream()
                        .flatMap(customer -> fleet.ownedBy(customer.email()).stream())
                        .map(device -> deviceBodies.listed(device, request.nowNanos()))
                        .toList());
        body.put("meta", page.meta(all.size(), profile));
        return Reply.json(200, SimulatorJson.value(body));
    }

    /** The customer as an entry of a listing. */
    static Map<String, Object> body(Customer customer) {
        var body = new LinkedHashMap<String, Object>();
        body.put("id", customer.id());
        body.put("username", customer.email());
        return body;
    }

    /** Authenticated by a client of the product or a token; the response is the new customer's first token. */
    private Reply create(ApiRequest request) {
        String client =
                request.basicLogin().isPresent() || request.field("client_id").isPresent()
                        ? clientOf(request)
                        : holderOf(request);
        var email = request.field("email").filter(text -> !text.isBlank());
        if (email.isEmpty()) {
            return Bodies.notOk(400, "email is required");
        }
        boolean shadow = request.field("no_password").filter("true"::equals).isPresent();
        var password = shadow ? Optional.<Secret>empty() : request.secretField("password");
        return customers
                .create(email.get(), password)
                .map(customer -> {
                    counts.tokensIssued().increment();
                    return tokenBodies.issued(tokenIssuer.issueFor(customer, client, request.nowNanos()));
                })
                .orElseGet(() -> Bodies.notOk(400, "There is a customer of that name already"));
    }

    private String clientOf(ApiRequest request) {
        var basic = request.basicLogin();
        var id = basic.map(BasicLogin::name).or(() -> request.field("client_id"));
        var secret = basic.isPresent() ? basic.get().password() : request.secretField("client_secret");
        tokenIssuer.clientFault(id, secret).ifPresent(denied -> {
            throw new Refusal(tokenBodies.denied(denied));
        });
        access.checkProduct(request);
        boolean may = id.flatMap(clients::find)
                .filter(Client::ofProduct)
                .filter(client -> client.scopes().allow(CREATE))
                .isPresent();
        if (!may) {
            throw new Refusal(bodies.permissionDenied());
        }
        return id.orElseThrow();
    }

    private String holderOf(ApiRequest request) {
        var holder = access.toProduct(request, CREATE);
        return holder.kind() == Kind.PRODUCT
                ? holder.name()
                : access.token(request).client();
    }

    private Reply change(ApiRequest request) {
        access.toProduct(request, "customers:update");
        var password = request.secretField("password");
        if (password.isEmpty()) {
            return Bodies.notOk(400, "password is required");
        }
        return customers
                .changePassword(request.path("customer"), password.get())
                .map(customer -> Reply.json(200, "{\"ok\":true}"))
                .orElseGet(CustomerRoutes::unknown);
    }

    private Reply remove(ApiRequest request) {
        access.toProduct(request, "customers:remove");
        var removed = customers.remove(request.path("customer"));
        removed.ifPresent(customer -> fleet.ownedBy(customer.email())
                .forEach(device -> device.change(record -> record.withOwner(Optional.empty()))));
        return removed.isPresent() ? Reply.noContent() : unknown();
    }

    private static Reply unknown() {
        return Bodies.notOk(404, "Customer not found");
    }
}
