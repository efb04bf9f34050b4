package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.Token;
import io.fleetcommand.simulator.accounts.TokenResult.Denied;
import io.fleetcommand.simulator.accounts.TokenResult.Issued;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Writes tokens as JSON (particle-contract §5.1, §5.2). */
final class TokenBodies {
    private static final Map<String, String> NO_STORE =
            Map.of("Cache-Control", "no-store", "Pragma", "no-cache", "X-Content-Type-Options", "nosniff");
    private static final Map<String, String> BASIC_WANTED =
            Map.of("Cache-Control", "no-store", "Pragma", "no-cache", "WWW-Authenticate", "Basic realm=\"Service\"");

    private final Profile profile;
    private final Bodies bodies;
    private final InstantSource clock;

    TokenBodies(Profile profile, Bodies bodies, InstantSource clock) {
        this.profile = profile;
        this.bodies = bodies;
        this.clock = clock;
    }

    Reply issued(Issued issued) {
        return Reply.json(200, SimulatorJson.object(json -> {
                    json.writeStringField("token_type", "bearer");
                    json.writeStringField("access_token", issued.token().value().reveal());
                    json.writeNumberField("expires_in", issued.expiresInSeconds());
                    json.writeStringField("refresh_token", issued.refreshToken());
                    if (issued.scope().isPresent()) {
                        json.writeStringField("scope", issued.scope().get());
                    }
                }))
                .withHeaders(NO_STORE);
    }

    Reply denied(Denied denied) {
        boolean badClient = denied.error().equals("invalid_client");
        var reply = bodies.oauth(
                badClient && profile.has(Setting.BAD_CLIENT_401) ? 401 : 400, denied.error(), denied.description());
        return badClient ? reply.withHeaders(BASIC_WANTED) : reply;
    }

    /** The token as the response to an inspection. */
    Map<String, Object> current(Token token, long nowNanos) {
        var body = new LinkedHashMap<String, Object>();
        body.put("expires_at", expiresAt(token, nowNanos));
        body.put(profile.has(Setting.TOKEN_INFO_CLIENT_ID) ? "client_id" : "client", token.client());
        body.put("scopes", token.principal().scopes().names());
        body.put("orgs", new String[0]);
        return body;
    }

    /** The token as an entry of a listing. */
    Map<String, Object> listed(Token token, long nowNanos) {
        var body = new LinkedHashMap<String, Object>();
        body.put("token", token.value().reveal());
        body.put("expires_at", expiresAt(token, nowNanos));
        body.put("client", token.client());
        return body;
    }

    /** Null for a token that does not expire. */
    private Object expiresAt(Token token, long nowNanos) {
        return token.expiresAtNanos().isEmpty()
                ? null
                : clock.instant()
                        .plusMillis(TimeUnit.NANOSECONDS.toMillis(
                                token.expiresAtNanos().getAsLong() - nowNanos))
                        .toString();
    }
}
