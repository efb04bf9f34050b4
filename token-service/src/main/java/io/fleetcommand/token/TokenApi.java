package io.fleetcommand.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The HTTP interface for processors.
 *
 * <table><caption>Calls</caption>
 * <tr><td>{@code GET /v1/token}</td><td>200 with {@code version}, {@code value}, {@code expires_at},
 *     {@code refresh_after} and the version as ETag; 304 if the caller has it; 503 while there is none</td></tr>
 * <tr><td>{@code POST /v1/token/:version/rejections}</td><td>the cloud refused that token; 200 with a
 *     {@code verdict}: {@code still_good}, {@code replaced} or {@code unknown}</td></tr>
 * <tr><td>{@code GET /alive}, {@code GET /ready}</td><td>200, or 503 with the reason; need no authentication</td></tr>
 * </table>
 */
final class TokenApi implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TokenKeeper keeper;
    private final Callers callers;
    private final Javalin server;

    private TokenApi(TokenKeeper keeper, Callers callers, String host, int port) {
        this.keeper = keeper;
        this.callers = callers;
        this.server = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.startupWatcherEnabled = false;
                    addTo(config.routes);
                })
                .start(host, port);
    }

    /** @param port 0 for any free one */
    static TokenApi start(TokenKeeper keeper, Callers callers, String host, int port) {
        return new TokenApi(keeper, callers, host, port);
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    private void addTo(RoutesConfig paths) {
        paths.get("/alive", context -> context.result("ok\n"));
        paths.get("/ready", this::ready);
        paths.get("/v1/token", context -> authenticated(context, () -> token(context)));
        paths.post("/v1/token/{version}/rejections", context -> authenticated(context, () -> rejection(context)));
    }

    private void authenticated(Context context, Runnable answer) {
        if (callers.named(Optional.ofNullable(context.header("Authorization"))).isEmpty()) {
            give(context, 401, Map.of("error", "unknown caller: send its secret as a bearer token"));
        } else {
            answer.run();
        }
    }

    private void token(Context context) {
        Optional<HeldToken> held = keeper.current();
        if (held.isEmpty()) {
            give(context, 503, Map.of("error", whyNone()));
            return;
        }
        String tag = '"' + Long.toString(held.get().token().version()) + '"';
        context.header("ETag", tag).header("Cache-Control", "no-store");
        if (tag.equals(context.header("If-None-Match"))) {
            context.status(304);
            return;
        }
        give(
                context,
                200,
                Map.of(
                        "version", held.get().token().version(),
                        "value", held.get().token().value().reveal(),
                        "expires_at", held.get().expiresAt().toString(),
                        "refresh_after", held.get().refreshAfter().toString()));
    }

    private void rejection(Context context) {
        String version = context.pathParam("version");
        if (!version.matches("[0-9]{1,18}")) {
            give(context, 400, Map.of("error", "the version must be a number, not " + version));
            return;
        }
        Verdict verdict = keeper.rejected(Long.parseLong(version));
        give(context, 200, Map.of("verdict", verdict.name().toLowerCase(Locale.ROOT)));
    }

    private void ready(Context context) {
        boolean ready = keeper.current().isPresent();
        context.status(ready ? 200 : 503).result((ready ? "ok" : whyNone()) + "\n");
    }

    private String whyNone() {
        return keeper.isHalted()
                ? "the cloud refuses the client's credentials; minting was given up"
                : "no token is at hand yet";
    }

    private static void give(Context context, int status, Map<String, ?> body) {
        try {
            context.status(status).contentType("application/json").result(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
