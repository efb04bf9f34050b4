package io.fleetcommand.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.simulator.accounts.Client;
import io.fleetcommand.simulator.accounts.Clients;
import io.fleetcommand.simulator.accounts.Credentials;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Routes of OAuth clients: of the product or, on paths without product, of the owner (particle-contract §5.3). */
final class ClientRoutes {
    private final RouteAccess access;
    private final Clients clients;
    private final Credentials credentials;

    ClientRoutes(RouteAccess access, Clients clients, Credentials credentials) {
        this.access = access;
        this.clients = clients;
        this.credentials = credentials;
    }

    void addTo(RequestPipeline gate) {
        for (var path : new String[] {"/v1/products/{product}/clients", "/v1/clients"}) {
            gate.get(path, Route.CLIENTS, RouteAction.atOnce(this::list));
            gate.post(path, Route.CLIENTS, RouteAction.atOnce(this::create));
            gate.put(path + "/{client}", Route.CLIENTS, RouteAction.atOnce(this::change));
            gate.delete(path + "/{client}", Route.CLIENTS, RouteAction.atOnce(this::remove));
        }
    }

    private Reply list(ApiRequest request) {
        boolean ofProduct = isOfProduct(request, "clients:list");
        return Reply.json(
                200,
                SimulatorJson.value(Map.of(
                        "ok",
                        true,
                        "clients",
                        clients.all(ofProduct).stream().map(this::body).toList())));
    }

    private Reply create(ApiRequest request) {
        boolean ofProduct = isOfProduct(request, "clients:create");
        String name = request.field("name").orElse("");
        String type = request.field("type").orElse("installed");
        if (name.isBlank() || !Set.of("installed", "web").contains(type)) {
            return Bodies.notOk(400, "name and a type of installed or web are required");
        }
        var redirectUri = request.field("redirect_uri");
        if (type.equals("web") && redirectUri.isEmpty()) {
            return Bodies.notOk(400, "redirect_uri is required for a client of type web");
        }
        var client = clients.create(new Clients.NewClient(
                ofProduct, name, type, redirectUri, scope(request).orElseGet(List::of)));
        var body = body(client);
        body.put("secret", client.secret().reveal());
        return clientJson(body);
    }

    private Reply change(ApiRequest request) {
        boolean ofProduct = isOfProduct(request, "clients:update");
        return clients.change(request.path("client"), ofProduct, request.field("name"), scope(request))
                .map(client -> clientJson(body(client)))
                .orElseGet(ClientRoutes::unknown);
    }

    private Reply remove(ApiRequest request) {
        boolean ofProduct = isOfProduct(request, "clients:remove");
        return clients.remove(request.path("client"), ofProduct) ? Reply.noContent() : unknown();
    }

    private boolean isOfProduct(ApiRequest request, String scope) {
        boolean ofProduct = request.hasPath("product");
        if (ofProduct) {
            access.toProduct(request, scope);
        } else {
            access.toOwner(request);
        }
        return ofProduct;
    }

    /**
     * Scope names as text, a list, or an object with names as fields or values: the formats that client libraries send.
     */
    private static Optional<List<String>> scope(ApiRequest request) {
        return request.value("scope").map(node -> {
            List<String> words = new ArrayList<>();
            if (node.isObject()) {
                node.properties().forEach(field -> {
                    boolean bare =
                            field.getValue().isBoolean() || field.getValue().isNull();
                    words.add(bare ? field.getKey() : field.getValue().asText());
                });
            } else if (node.isArray()) {
                node.forEach(item -> words.add(item.asText()));
            } else if (!node.isNull()) {
                words.addAll(words(node));
            }
            return words;
        });
    }

    private static List<String> words(JsonNode text) {
        return Arrays.stream(text.asText().split("[\\s,]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Without the secret. */
    private Map<String, Object> body(Client client) {
        var body = new LinkedHashMap<String, Object>();
        body.put("name", client.name());
        body.put("type", client.type());
        body.put("id", client.id());
        client.redirectUri().ifPresent(uri -> body.put("redirect_uri", uri));
        if (!client.scopeWords().isEmpty()) {
            body.put("scope", String.join(" ", client.scopeWords()));
        }
        if (client.ofProduct()) {
            body.put("product_id", credentials.productId());
        }
        return body;
    }

    private static Reply clientJson(Map<String, Object> client) {
        var body = new LinkedHashMap<String, Object>();
        body.put("ok", true);
        body.put("client", client);
        return Reply.json(200, SimulatorJson.value(body));
    }

    private static Reply unknown() {
        return Bodies.notOk(404, "Client not found");
    }
}
