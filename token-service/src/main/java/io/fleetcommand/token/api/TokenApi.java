package io.fleetcommand.token.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.service.Meters;
import io.fleetcommand.token.keeper.Status;
import io.fleetcommand.token.keeper.TokenKeeper;
import io.fleetcommand.token.keeper.Verdict;
import io.fleetcommand.token.rotation.Decision;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenState;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP interface.
 *
 * <table><caption>Calls</caption>
 * <tr><td>{@code GET /v1/token}</td><td>reader: 200 with {@code version}, {@code value}, {@code expires_at} (null: does
 *     not end by itself), {@code refresh_after} and the version as ETag; 304 if the caller has it, with
 *     {@code ?wait_ms=} only after so long without a newer one; 503 while there is none</td></tr>
 * <tr><td>{@code POST /v1/token/:version/rejections}</td><td>reader: the cloud refused that token; 200 with a
 *     {@code verdict}: {@code still_good}, {@code replaced} or {@code unknown}; 421 where this replica does not lead</td></tr>
 * <tr><td>{@code GET /v1/status}</td><td>operator: how the rotation stands; without any token's value</td></tr>
 * <tr><td>{@code POST /v1/rotations}</td><td>operator: 202, a new token is on its way; 421 where this replica does not
 *     lead</td></tr>
 * <tr><td>{@code GET /alive}, {@code GET /ready}, {@code GET /metrics}</td><td>need no authentication</td></tr>
 * </table>
 */
public final class TokenApi implements AutoCloseable {
    /** The longest that a caller may wait for a newer token. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private static final Logger AUDIT = LoggerFactory.getLogger("audit");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration VERDICT_PATIENCE = Duration.ofSeconds(8);
    private static final long MOST_BODY_BYTES = 1_024;
    private static final int MISDIRECTED = 421;

    private final TokenKeeper keeper;
    private final Callers callers;
    private final Meters meters;
    private final Consumer<Access> told;
    private final InstantSource clock;
    private final Guesses guesses = new Guesses();
    private final Waiters waiters = new Waiters();
    private final AtomicLong given = new AtomicLong();
    private final Listener listener;
    private final Javalin server;

    private TokenApi(
            TokenKeeper keeper,
            Callers callers,
            Meters meters,
            Consumer<Access> told,
            InstantSource clock,
            Listener listener) {
        this.keeper = keeper;
        this.callers = callers;
        this.meters = meters;
        this.told = told;
        this.clock = clock;
        this.listener = listener;
        this.server = Javalin.create(this::configure);
    }

    /** @param told how each request to {@code /v1} ended */
    public static TokenApi start(
            TokenKeeper keeper,
            Callers callers,
            Meters meters,
            Consumer<Access> told,
            InstantSource clock,
            Listener listener) {
        TokenApi api = new TokenApi(keeper, callers, meters, told, clock, listener);
        api.server.start();
        return api;
    }

    public int port() {
        return server.port();
    }

    /** The state has changed: if that is a newer token, whoever waits for it is told. */
    public void wake() {
        long now = keeper.current().map(KnownToken::version).orElse(0L);
        if (given.getAndSet(now) != now) {
            waiters.wake();
        }
    }

    @Override
    public void close() {
        server.stop();
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.asyncTimeout = LONGEST_WAIT.plusSeconds(30).toMillis();
        config.jetty.addConnector(listener::connector);
        config.requestLogger.http((context, tookMs) -> audit(context));
        addTo(config.routes);
    }

    private void addTo(RoutesConfig paths) {
        paths.get("/alive", context -> context.result("ok\n"));
        paths.get("/ready", this::ready);
        paths.get(
                "/metrics", context -> context.contentType(Meters.CONTENT_TYPE).result(meters.scrape()));
        paths.get("/v1/token", context -> admitted(context, Role.READER, "token", this::token));
        paths.post(
                "/v1/token/{version}/rejections",
                context -> admitted(context, Role.READER, "rejections", this::rejection));
        paths.get("/v1/status", context -> admitted(context, Role.OPERATOR, "status", this::status));
        paths.post("/v1/rotations", context -> admitted(context, Role.OPERATOR, "rotations", this::order));
        // What went wrong may quote what was asked.
        paths.exception(Exception.class, (failure, context) -> error(context, 500, "internal error"));
    }

    private void admitted(Context context, Role role, String route, Consumer<Context> answer) {
        context.attribute("route", route);
        context.header("Cache-Control", "no-store");
        String address = context.ip();
        Instant now = clock.instant();
        Duration pause = guesses.pause(address, now);
        if (!pause.isZero()) {
            context.header("Retry-After", Long.toString(pause.toSeconds() + 1));
            refuse(context, Access.SLOWED, 429, "too many wrong secrets from this address");
            return;
        }
        Optional<Caller> caller = callers.known(Optional.ofNullable(context.header("Authorization")));
        if (caller.isEmpty()) {
            guesses.wrong(address, now);
            context.header("WWW-Authenticate", "Bearer");
            refuse(context, Access.UNKNOWN_CALLER, 401, "unknown caller: send its secret as a bearer token");
            return;
        }
        guesses.right(address);
        context.attribute("caller", caller.get().name());
        if (caller.get().role() != role) {
            refuse(
                    context,
                    Access.WRONG_ROLE,
                    403,
                    "this needs the role " + role.name().toLowerCase(Locale.ROOT));
        } else if (context.header("Transfer-Encoding") != null) {
            refuse(context, Access.BAD_REQUEST, 411, "no body is wanted");
        } else if (context.contentLength() > MOST_BODY_BYTES) {
            refuse(context, Access.BAD_REQUEST, 413, "no body is wanted, let alone one of this size");
        } else {
            told.accept(Access.GRANTED);
            answer.accept(context);
        }
    }

    private void refuse(Context context, Access access, int status, String why) {
        told.accept(access);
        error(context, status, why);
    }

    private void token(Context context) {
        Optional<Duration> wait = wait(context);
        if (wait.isEmpty()) {
            error(context, 400, "wait_ms must be a number from 0 to " + LONGEST_WAIT.toMillis());
            return;
        }
        String known = Optional.ofNullable(context.header("If-None-Match")).orElse("");
        if (!isNew(known) && !wait.get().isZero()) {
            Optional<CompletableFuture<Void>> turn = waiters.join(wait.get());
            if (turn.isPresent()) {
                // It may have come between the look and the joining.
                if (isNew(known)) {
                    turn.get().complete(null);
                }
                context.future(() -> turn.get().thenRun(() -> giveToken(context, known)));
                return;
            }
        }
        giveToken(context, known);
    }

    private static Optional<Duration> wait(Context context) {
        String text = Optional.ofNullable(context.queryParam("wait_ms")).orElse("0");
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,6}"))
                .map(digits -> Duration.ofMillis(Long.parseLong(digits)))
                .filter(wait -> wait.compareTo(LONGEST_WAIT) <= 0);
    }

    private boolean isNew(String known) {
        return keeper.current().filter(token -> !tag(token).equals(known)).isPresent();
    }

    private static String tag(KnownToken token) {
        return '"' + Long.toString(token.version()) + '"';
    }

    private void giveToken(Context context, String known) {
        Optional<KnownToken> held = keeper.current();
        if (held.isEmpty()) {
            error(context, 503, keeper.whyNone());
            return;
        }
        KnownToken token = held.get();
        context.attribute("version", token.version());
        context.header("ETag", tag(token));
        if (tag(token).equals(known)) {
            context.status(304);
            return;
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("version", token.version());
        body.put("value", token.value().reveal());
        body.put("expires_at", token.expiresAt().map(Instant::toString).orElse(null));
        body.put("refresh_after", token.due().toString());
        give(context, 200, body);
    }

    private void rejection(Context context) {
        String version = context.pathParam("version");
        if (!version.matches("[0-9]{1,18}")) {
            error(context, 400, "the version must be a number");
            return;
        }
        if (!keeper.leads()) {
            error(context, MISDIRECTED, "this replica does not lead; ask another");
            return;
        }
        context.attribute("version", Long.parseLong(version));
        // A copy for each caller: one that waits no longer must not end it for the others.
        CompletableFuture<Verdict> verdict = keeper.rejected(Long.parseLong(version))
                .copy()
                .completeOnTimeout(Verdict.UNKNOWN, VERDICT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        context.future(() -> verdict.thenAccept(found ->
                give(context, 200, Map.of("verdict", found.name().toLowerCase(Locale.ROOT)))));
    }

    private void order(Context context) {
        if (!keeper.leads()) {
            error(context, MISDIRECTED, "this replica does not lead; ask another");
            return;
        }
        long before = keeper.status().state().lastVersion();
        context.future(() -> keeper.order().thenAccept(stored -> {
            if (stored) {
                give(context, 202, Map.of("newer_than", before));
            } else {
                error(context, 503, "the order could not be stored");
            }
        }));
    }

    private void status(Context context) {
        Status status = keeper.status();
        TokenState state = status.state();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("leads", status.leads());
        body.put("usable", keeper.current().isPresent());
        body.put("version", state.current().map(KnownToken::version).orElse(null));
        body.put("next", words(status.next()));
        body.put("alarm", state.guard().isAlarm());
        body.put("failed_mints_in_a_row", state.guard().failures());
        body.put("no_mint_before", state.guard().notBefore().toString());
        body.put("refused_by_cloud", state.suspect());
        body.put("ordered", state.ordered());
        List<Map<String, Object>> tokens = new ArrayList<>();
        state.tokens().forEach(token -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("version", token.version());
            one.put("phase", token.phase().name().toLowerCase(Locale.ROOT));
            one.put("minted_at", token.mintedAt().toString());
            one.put("expires_at", token.expiresAt().map(Instant::toString).orElse(null));
            one.put("due", token.due().toString());
            tokens.add(one);
        });
        body.put("tokens", tokens);
        give(context, 200, body);
    }

    private static String words(Decision decision) {
        if (decision instanceof Decision.Keep keep) {
            return "keep until " + keep.until();
        }
        if (decision instanceof Decision.Stop stop) {
            return "stopped until " + stop.until() + ": " + stop.why();
        }
        return decision.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private void ready(Context context) {
        boolean ready = keeper.current().isPresent();
        context.status(ready ? 200 : 503).result((ready ? "ok" : keeper.whyNone()) + "\n");
    }

    /** Who asked for what and what came of it: never a secret, a token, or anything that the caller chose. */
    private static void audit(Context context) {
        String route = context.attribute("route");
        if (route == null) {
            return;
        }
        String caller = context.attribute("caller");
        Long version = context.attribute("version");
        AUDIT.info(
                "caller={} address={} method={} route={} version={} status={}",
                caller == null ? "-" : caller,
                context.ip(),
                context.method().name(),
                route,
                version == null ? "-" : version,
                context.statusCode());
    }

    private static void error(Context context, int status, String why) {
        give(context, status, Map.of("error", why));
    }

    private static void give(Context context, int status, Map<String, ?> body) {
        try {
            context.status(status).contentType("application/json").result(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a body cannot be written as JSON");
        }
    }
}
