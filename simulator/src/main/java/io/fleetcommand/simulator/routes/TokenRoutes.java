package io.fleetcommand.simulator.routes;

import io.fleetcommand.service.Secret;
import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.accounts.Token;
import io.fleetcommand.simulator.accounts.TokenAnswer;
import io.fleetcommand.simulator.accounts.TokenOffice;
import io.fleetcommand.simulator.accounts.TokenRequest;
import io.fleetcommand.simulator.accounts.Tokens;
import io.fleetcommand.simulator.counts.Counts;
import io.fleetcommand.simulator.limits.SourceLimits;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Making, inspecting and deleting access tokens (particle-contract §5.1, §5.2). */
final class TokenRoutes {
    private static final Map<String, String> NO_STORE =
            Map.of("Cache-Control", "no-store", "Pragma", "no-cache", "X-Content-Type-Options", "nosniff");
    private static final Reply OK = Reply.json(200, "{\"ok\":true}");

    private final Access access;
    private final TokenOffice office;
    private final Tokens tokens;
    private final Credentials credentials;
    private final SourceLimits limits;
    private final Counts counts;
    private final Bodies bodies;
    private final Profile profile;
    private final InstantSource clock;

    TokenRoutes(
            Access access,
            TokenOffice office,
            Tokens tokens,
            Credentials credentials,
            SourceLimits limits,
            Counts counts,
            Bodies bodies,
            Profile profile,
            InstantSource clock) {
        this.access = access;
        this.office = office;
        this.tokens = tokens;
        this.credentials = credentials;
        this.limits = limits;
        this.counts = counts;
        this.bodies = bodies;
        this.profile = profile;
        this.clock = clock;
    }

    void addTo(Gate gate) {
        gate.post("/oauth/token", Route.TOKEN, Action.atOnce(this::create));
        gate.get("/v1/access_tokens/current", Route.ACCESS_TOKENS, Action.atOnce(this::inspect));
        gate.get("/v1/access_tokens", Route.ACCESS_TOKENS, Action.atOnce(this::list));
        gate.delete("/v1/access_tokens/current", Route.ACCESS_TOKENS, Action.atOnce(this::deleteCurrent));
        gate.delete("/v1/access_tokens/{token}", Route.ACCESS_TOKENS, Action.atOnce(this::delete));
        gate.delete("/v1/access_tokens", Route.ACCESS_TOKENS, Action.atOnce(this::deleteAll));
    }

    private Reply create(Request request) {
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
        var answer = office.answer(tokenRequest(request), request.nowNanos());
        return answer instanceof TokenAnswer.Minted minted
                ? minted(request, minted)
                : denied(request, (TokenAnswer.Denied) answer);
    }

    private Reply minted(Request request, TokenAnswer.Minted minted) {
        limits.tokenCreated(request.source());
        counts.tokensMinted().increment();
        return Reply.json(200, Json.object(json -> {
                    json.writeStringField("token_type", "bearer");
                    json.writeStringField("access_token", minted.token().value().reveal());
                    json.writeNumberField("expires_in", minted.expiresInSeconds());
                    json.writeStringField("refresh_token", minted.refreshToken());
                    if (minted.scope().isPresent()) {
                        json.writeStringField("scope", minted.scope().get());
                    }
                }))
                .withHeaders(NO_STORE);
    }

    private Reply denied(Request request, TokenAnswer.Denied denied) {
        counts.failedMints().increment();
        if (limits.tokenCreationFailed(request.source(), request.nowNanos())) {
            counts.lockOuts().increment();
        }
        boolean badClient = denied.error().equals("invalid_client");
        return bodies.oauth(
                badClient && profile.has(Setting.BAD_CLIENT_401) ? 401 : 400, denied.error(), denied.description());
    }

    private TokenRequest tokenRequest(Request request) {
        var basic = basic(request);
        return new TokenRequest(
                basic.map(pair -> pair[0]).or(() -> request.field("client_id")),
                basic.map(pair -> pair[1])
                        .or(() -> request.field("client_secret"))
                        .flatMap(TokenRoutes::secret),
                request.field("grant_type"),
                request.field("username"),
                request.field("password").flatMap(TokenRoutes::secret),
                expiresIn(request),
                request.field("scope"));
    }

    private static Optional<Secret> secret(String text) {
        return Optional.of(text).filter(some -> !some.isBlank()).map(Secret::of);
    }

    private OptionalLong expiresIn(Request request) {
        try {
            var seconds = request.field("expires_in").map(Long::parseLong);
            var until = request.field("expires_at")
                    .map(TokenRoutes::instant)
                    .map(end ->
                            Math.max(1, end.getEpochSecond() - clock.instant().getEpochSecond()));
            return seconds.or(() -> until).map(Math::abs).map(OptionalLong::of).orElseGet(OptionalLong::empty);
        } catch (NumberFormatException | DateTimeException wrong) {
            throw new Refusal(bodies.oauth(400, "invalid_request", "Invalid expires_in or expires_at parameter"));
        }
    }

    private static Instant instant(String text) {
        return text.length() == 10
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : Instant.parse(text);
    }

    private Optional<String[]> basic(Request request) {
        return request.header("Authorization")
                .filter(header -> header.regionMatches(true, 0, "Basic ", 0, 6))
                .map(header -> decoded(header.substring(6).strip()).split(":", 2))
                .filter(pair -> pair.length == 2);
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    private Reply inspect(Request request) {
        counts.tokensInspected().increment();
        var token = access.token(request);
        return Reply.json(200, Json.object(json -> {
            var expiry = expiry(token, request.nowNanos());
            if (expiry.isPresent()) {
                json.writeStringField("expires_at", expiry.get());
            } else {
                json.writeNullField("expires_at");
            }
            json.writeStringField("client", token.client());
            json.writeArrayFieldStart("scopes");
            for (var scope : token.principal().scopes()) {
                json.writeString(scope);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("orgs");
            json.writeEndArray();
        }));
    }

    private Optional<String> expiry(Token token, long nowNanos) {
        return token.expiresAtNanos().isEmpty()
                ? Optional.empty()
                : Optional.of(clock.instant()
                        .plusMillis(TimeUnit.NANOSECONDS.toMillis(
                                token.expiresAtNanos().getAsLong() - nowNanos))
                        .toString());
    }

    private Reply list(Request request) {
        var login = basic(request);
        if (login.isEmpty() || !login.get()[0].equals(credentials.owner())) {
            return Reply.json(400, "{\"ok\":false,\"errors\":[\"Unknown user\"]}");
        }
        var password = secret(login.get()[1]);
        if (password.isEmpty() || !office.isOwner(login.get()[0], password.get())) {
            return Reply.json(401, "{\"ok\":false,\"errors\":[\"Bad password\"]}");
        }
        List<Map<String, String>> all = tokens.of(credentials.owner()).stream()
                .map(token -> Map.of(
                        "token", token.value().reveal(),
                        "expires_at", expiry(token, request.nowNanos()).orElse(""),
                        "client", token.client()))
                .toList();
        return Reply.json(200, Json.value(all));
    }

    private Reply deleteCurrent(Request request) {
        var token = access.token(request);
        revoke(token.value().reveal());
        return OK;
    }

    /** Needs no authentication, and says yes to a token that does not exist (particle-contract §5.2). */
    private Reply delete(Request request) {
        var within = limits.admitToTokenRoute("delete", request.source(), request.nowNanos());
        if (!within.accepted()) {
            return bodies.throttled(within);
        }
        revoke(request.path("token"));
        return OK;
    }

    private Reply deleteAll(Request request) {
        int revoked = tokens.revokeAllOf(access.token(request).principal().name());
        counts.tokensRevoked().add(revoked);
        return OK;
    }

    private void revoke(String value) {
        if (tokens.revoke(value)) {
            counts.tokensRevoked().increment();
        }
    }
}
