package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.ApiUsers;
import io.fleetcommand.simulator.accounts.Client;
import io.fleetcommand.simulator.accounts.Clients;
import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.accounts.Token;
import io.fleetcommand.simulator.counts.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The product's API users and OAuth clients (particle-contract §5.3, §5.4). */
final class AccountRoutes {
    private final Access access;
    private final ApiUsers users;
    private final Clients clients;
    private final Credentials credentials;
    private final Counts counts;

    AccountRoutes(Access access, ApiUsers users, Clients clients, Credentials credentials, Counts counts) {
        this.access = access;
        this.users = users;
        this.clients = clients;
        this.credentials = credentials;
        this.counts = counts;
    }

    void addTo(Gate gate) {
        String team = "/v1/products/{product}/team";
        gate.get(team, Route.TEAM, Action.atOnce(this::listTeam));
        gate.post(team, Route.TEAM, Action.atOnce(this::createUser));
        gate.put(team + "/{user}", Route.TEAM, Action.atOnce(this::changeUser));
        gate.delete(team + "/{user}", Route.TEAM, Action.atOnce(this::removeUser));
        String oauth = "/v1/products/{product}/clients";
        gate.get(oauth, Route.CLIENTS, Action.atOnce(this::listClients));
        gate.post(oauth, Route.CLIENTS, Action.atOnce(this::createClient));
        gate.put(oauth + "/{client}", Route.CLIENTS, Action.atOnce(this::renameClient));
        gate.delete(oauth + "/{client}", Route.CLIENTS, Action.atOnce(this::removeClient));
    }

    private Reply listTeam(Request request) {
        access.toProduct(request, "teams:list");
        List<Map<String, Object>> team = new ArrayList<>();
        team.add(Map.of("username", credentials.owner(), "role", Map.of("name", "Owner")));
        users.names().forEach(name -> team.add(Map.of("username", name, "is_programmatic", true)));
        return Reply.json(200, Json.value(Map.of("ok", true, "team", team)));
    }

    private Reply createUser(Request request) {
        access.toProduct(request, "teams:create");
        String name = request.field("friendly_name").orElse("");
        Set<String> scopes = scopes(request);
        if (name.isBlank() || scopes.isEmpty()) {
            return Bodies.notOk(400, "friendly_name and scopes are required");
        }
        counts.tokensMinted().increment();
        return user("created", users.create(name, scopes, request.nowNanos()));
    }

    private Reply changeUser(Request request) {
        access.toProduct(request, "teams:update");
        Optional<Token> changed = users.change(request.path("user"), scopes(request), request.nowNanos());
        changed.ifPresent(token -> {
            counts.tokensRevoked().increment();
            counts.tokensMinted().increment();
        });
        return changed.map(token -> user("updated", token)).orElseGet(() -> Bodies.notOk(404, "User not found"));
    }

    private Reply removeUser(Request request) {
        access.toProduct(request, "teams:remove");
        if (!users.remove(request.path("user"))) {
            return Bodies.notOk(404, "User not found");
        }
        counts.tokensRevoked().increment();
        return Reply.noContent();
    }

    private static Reply user(String field, Token token) {
        return Reply.json(
                200,
                Json.value(Map.of(
                        "ok",
                        true,
                        field,
                        Map.of(
                                "username",
                                token.principal().name(),
                                "is_programmatic",
                                true,
                                "tokens",
                                List.of(Map.of("token", token.value().reveal()))))));
    }

    private static Set<String> scopes(Request request) {
        return Set.copyOf(request.listField("scopes").orElseGet(List::of));
    }

    private Reply listClients(Request request) {
        access.toProduct(request, "clients:list");
        return Reply.json(
                200,
                Json.value(Map.of(
                        "ok",
                        true,
                        "clients",
                        clients.all().stream()
                                .map(client -> Map.of("name", client.name(), "type", client.type(), "id", client.id()))
                                .toList())));
    }

    private Reply createClient(Request request) {
        access.toProduct(request, "clients:create");
        String name = request.field("name").orElse("");
        String type = request.field("type").orElse("installed");
        if (name.isBlank() || !Set.of("installed", "web").contains(type)) {
            return Bodies.notOk(400, "name and a type of installed or web are required");
        }
        Client client = clients.create(name, type);
        return Reply.json(
                200,
                Json.value(Map.of(
                        "ok",
                        true,
                        "client",
                        Map.of(
                                "name", client.name(),
                                "type", client.type(),
                                "id", client.id(),
                                "secret", client.secret().reveal()))));
    }

    private Reply renameClient(Request request) {
        access.toProduct(request, "clients:update");
        return clients.rename(request.path("client"), request.field("name").orElse(""))
                .map(client -> Reply.json(200, Json.value(Map.of("ok", true, "client", Map.of("id", client.id())))))
                .orElseGet(() -> Bodies.notOk(404, "Client not found"));
    }

    private Reply removeClient(Request request) {
        access.toProduct(request, "clients:remove");
        return clients.remove(request.path("client")) ? Reply.noContent() : Bodies.notOk(404, "Client not found");
    }
}
