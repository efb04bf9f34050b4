package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.ApiUsers;
import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.accounts.Token;
import io.fleetcommand.simulator.counts.Counts;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Routes of the product's team and its API users (particle-contract §5.4). */
final class TeamRoutes {
    private final RouteAccess access;
    private final ApiUsers users;
    private final Credentials credentials;
    private final Profile profile;
    private final Bodies bodies;
    private final Counts counts;

    TeamRoutes(
            RouteAccess access,
            ApiUsers users,
            Credentials credentials,
            Profile profile,
            Bodies bodies,
            Counts counts) {
        this.access = access;
        this.users = users;
        this.credentials = credentials;
        this.profile = profile;
        this.bodies = bodies;
        this.counts = counts;
    }

    void addTo(RequestPipeline gate) {
        String team = "/v1/products/{product}/team";
        gate.get(team, Route.TEAM, RouteAction.atOnce(this::listTeam));
        gate.post(team, Route.TEAM, RouteAction.atOnce(this::createUser));
        gate.put(team + "/{user}", Route.TEAM, RouteAction.atOnce(this::changeUser));
        gate.delete(team + "/{user}", Route.TEAM, RouteAction.atOnce(this::removeUser));
    }

    private Reply listTeam(ApiRequest request) {
        access.toProduct(request, "teams:list");
        List<Map<String, Object>> team = new ArrayList<>();
        team.add(Map.of("username", credentials.owner(), "role", Map.of("name", "Owner")));
        users.names().forEach(name -> team.add(Map.of("username", name, "is_programmatic", true)));
        return Reply.json(200, SimulatorJson.value(Map.of("ok", true, "team", team)));
    }

    private Reply createUser(ApiRequest request) {
        access.toProduct(request, "teams:create");
        if (request.field("username").isPresent()) {
            // An invitation of a user.
            return bodies.notSimulated();
        }
        String name = request.field("friendly_name").orElse("");
        Set<String> scopes = scopes(request);
        if (name.isBlank() || scopes.isEmpty()) {
            return Bodies.notOk(400, "friendly_name and scopes are required");
        }
        counts.tokensIssued().increment();
        return user("created", users.create(name, scopes, request.nowNanos()));
    }

    private Reply changeUser(ApiRequest request) {
        access.toProduct(request, "teams:update");
        Optional<Token> changed = users.change(request.path("user"), scopes(request), request.nowNanos());
        changed.ifPresent(token -> {
            counts.tokensRevoked().increment();
            counts.tokensIssued().increment();
        });
        String field = profile.has(Setting.API_USER_CHANGE_CREATED) ? "created" : "updated";
        return changed.map(token -> user(field, token)).orElseGet(() -> Bodies.notOk(404, "User not found"));
    }

    private Reply removeUser(ApiRequest request) {
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
                SimulatorJson.value(Map.of(
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

    private static Set<String> scopes(ApiRequest request) {
        return Set.copyOf(request.listField("scopes").orElseGet(List::of));
    }
}
