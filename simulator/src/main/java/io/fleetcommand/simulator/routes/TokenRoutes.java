package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.accounts.TokenIssuer;
import io.fleetcommand.simulator.accounts.TokenRequest;
import io.fleetcommand.simulator.accounts.TokenResult;
import io.fleetcommand.simulator.accounts.Tokens;
import io.fleetcommand.simulator.counts.Counts;
import io.fleetcommand.simulator.limits.SourceLimits;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;

/** Routes that create, inspect and delete access tokens (particle-contract §5.1, §5.2). */
final class TokenRoutes {
    private static final Reply OK = Reply.json(200, "{\"ok\":true}");

    private final RouteAccess access;
    private final TokenIssuer tokenIssuer;
    private final Tokens tokens;
    private final Credentials credentials;
    private final SourceLimits limits;
    private final Counts counts;
    private final TokenBodies tokenBodies;
    private final Bodies bodies;
    private final Profile profile;
    private final InstantSource clock;

    TokenRoutes(
            RouteAccess access,
            TokenIssuer tokenIssuer,
            Tokens tokens,
            Credentials credentials,
            SourceLimits limits,
            Counts counts,
            TokenBodies tokenBodies,
            Bodies bodies,
            Profile profile,
            InstantSource clock) {
        this.access = access;
        this.tokenIssuer = tokenIssuer;
        this.tokens = tokens;
        this.credentials = credentials;
        this.limits = limits;
        this.counts = counts;
        this.tokenBodies = tokenBodies;
        this.bodies = bodies;
        this.profile = profile;
        this.clock = clock;
    }

    void addTo(RequestPipeline gate) {
        gate.post("/oauth/token", Route.TOKEN, RouteAction.atOnce(this::create));
        gate.get("/v1/access_tokens/current", Route.ACCESS_TOKENS, RouteAction.atOnce(this::inspect));
        gate.get("/v1/access_tokens", Route.ACCESS_TOKENS, RouteAction.atOnce(this::list));
        gate.delete("/v1/access_tokens/current", Route.ACCESS_TOKENS, RouteAction.atOnce(this::deleteCurrent));
        gate.delete("/v1/access_tokens/{token}", Route.ACCESS_TOKENS, RouteAction.atOnce(this::delete));
        gate.delete("/v1/access_tokens", Route.ACCESS_TOKENS, RouteAction.atOnce(this::deleteAll));
    }

    private Reply create(ApiRequest request) {
        var within = limits.admitToTokenRoute("create", request.source(), request.nowNanos());
        if (!within.accepted()) {
            return bodies.throttled(within);
        }
        var unlocked = limits.admitTokenCreation(request.source(), request.nowNanos());
        if (!unlocked.accepted()) {
            return bodies.lockedOut(unlocked);
        }
        if (!request.isForm()) {
            return bodies.oauth(
                    400, "invalid_request", "Method must be POST with application/x-www-form-urlencoded encoding");
        }
        var result = tokenIssuer.issue(tokenRequest(request), request.nowNanos());
        return result instanceof TokenResult.Issued issued
                ? issued(request, issued)
                : denied(request, (TokenResult.Denied) result);
    }

    private Reply issued(ApiRequest request, TokenResult.Issued issued) {
        limits.tokenCreated(request.source());
        counts.tokensIssued().increment();
        return tokenBodies.issued(issued);
    }

    private Reply denied(ApiRequest request, TokenResult.Denied denied) {
        counts.failedTokenRequests().increment();
        if (limits.tokenCreationFailed(request.source(), request.nowNanos())) {
            counts.lockOuts().increment();
        }
        return tokenBodies.denied(denied);
    }

    private TokenRequest tokenRequest(ApiRequest request) {
        var basic = request.basicLogin();
        return new TokenRequest(
                basic.map(BasicLogin::name).or(() -> request.field("client_id")),
                basic.isPresent() ? basic.get().password() : request.secretField("client_secret"),
                request.field("grant_type"),
                request.field("username"),
                request.secretField("password"),
                expiresIn(request),
                request.field("scope"));
    }

    private OptionalLong expiresIn(ApiRequest request) {
        try {
            var seconds = request.field("expires_in").map(Long::parseLong);
            var until = request.field("expires_at")
                    .map(TokenRoutes::instant)
                    .map(end ->
                            Math.max(1, end.getEpochSecond() - clock.instant().getEpochSecond()));
            var expiresIn = seconds.or(() -> until);
            if (expiresIn.filter(number -> number < 0).isPresent()) {
                throw new Refusal(badExpiry());
            }
            return expiresIn.map(OptionalLong::of).orElseGet(OptionalLong::empty);
        } catch (NumberFormatException | DateTimeException malformed) {
            throw new Refusal(badExpiry());
        }
    }

    private Reply badExpiry() {
        return bodies.oauth(400, "invalid_request", "Invalid expires_in or expires_at parameter");
    }

    private static Instant instant(String text) {
        return text.length() == 10
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : Instant.parse(text);
    }

    private Reply inspect(ApiRequest request) {
        counts.tokensInspected().increment();
        return Reply.json(200, SimulatorJson.value(tokenBodies.current(access.token(request), request.nowNanos())));
    }

    private Reply list(ApiRequest request) {
        var within = limits.admitToTokenRoute("list", request.source(), request.nowNanos());
        if (!within.accepted()) {
            return bodies.throttled(within);
        }
        return loginFault(request)
                .orElseGet(() -> Reply.json(
                        200,
                        SimulatorJson.value(tokens.ofOwner().stream()
                                .map(token -> tokenBodies.listed(token, request.nowNanos()))
                                .toList())));
    }

    /** Empty if the request has the owner's name and password. */
    private Optional<Reply> loginFault(ApiRequest request) {
        var login = request.basicLogin();
        if (login.isEmpty() || !login.get().name().equals(credentials.owner())) {
            return Optional.of(Bodies.errors(400, "Unknown user"));
        }
        boolean right = login.get()
                .password()
                .filter(password -> tokenIssuer.isOwner(login.get().name(), password))
                .isPresent();
        return right ? Optional.empty() : Optional.of(Bodies.errors(401, "Bad password"));
    }

    private Reply deleteCurrent(ApiRequest request) {
        var token = access.token(request);
        revoke(token.value().reveal());
        return OK;
    }

    /**
     * Succeeds for an unknown token; needs no authentication unless the profile requires it (particle-contract §5.2).
     */
    private Reply delete(ApiRequest request) {
        var within = limits.admitToTokenRoute("delete", request.source(), request.nowNanos());
        if (!within.accepted()) {
            return bodies.throttled(within);
        }
        if (profile.has(Setting.TOKEN_DELETION_BASIC)) {
            var refused = loginFault(request);
            if (refused.isPresent()) {
                return refused.get();
            }
        }
        revoke(request.path("token"));
        return OK;
    }

    private Reply deleteAll(ApiRequest request) {
        int revoked = tokens.revokeAllOf(access.token(request).principal());
        counts.tokensRevoked().add(revoked);
        return OK;
    }

    private void revoke(String value) {
        if (tokens.revoke(value)) {
            counts.tokensRevoked().increment();
        }
    }
}
