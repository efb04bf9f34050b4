package io.fleetcommand.token.api;

import io.fleetcommand.service.Meters;
import io.fleetcommand.service.http.ClientWatch;
import io.fleetcommand.service.http.OpsPages;
import io.fleetcommand.service.http.OpsPort;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.RotationDecision;
import io.fleetcommand.token.rotation.TokenState;
import io.fleetcommand.token.rotator.RejectionVerdict;
import io.fleetcommand.token.rotator.RotationStatus;
import io.fleetcommand.token.rotator.TokenRotator;
import java.io.IOException;
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
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API. Thread-safe.
 *
 * <table><caption>Calls</caption>
 * <tr><td>{@code GET /v1/token}</td><td>reader: 200 with {@code version}, {@code value}, {@code expires_at} (null: does
 *     not expire), {@code refresh_after} and the version as ETag; 304 if {@code If-None-Match} is the
 *     current version, with {@code ?wait_ms=} (long poll) only after that time without a newer one; 503 while there is
 *     none</td></tr>
 * <tr><td>{@code POST /v1/token/:version/rejections}</td><td>reader: the cloud rejected that token; 200 with a
 *     {@code verdict}: {@code still_good}, {@code replaced} or {@code unknown}; 421 if this replica is not the
 *     leader</td></tr>
 * <tr><td>{@code GET /v1/status}</td><td>operator: status of the rotation, without any token's value</td></tr>
 * <tr><td>{@code POST /v1/rotations}</td><td>operator: 202, the rotation was requested; 421 if this replica is not the
 *     leader</td></tr>
 * <tr><td>{@code GET /alive}, {@code GET /ready}, {@code GET /metrics}</td><td>need no authentication</td></tr>
 * </table>
 */
public final class TokenApi implements AutoCloseable {
    /** The maximum of {@code wait_ms}. */
    static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(TokenApi.class);
    private static final Duration VERDICT_TIMEOUT = Duration.ofSeconds(8);
    private static final long MAX_BODY_BYTES = 1_024;
    private static final int MISDIRECTED = 421;
    private static final int THREADS = 32;
    private static final Pattern REJECTIONS = Pattern.compile("/v1/token/(?<version>[^/]*)/rejections");

    private final TokenRotator rotator;
    private final Callers callers;
    private final Meters meters;
    private final Consumer<AccessOutcome> outcomes;
    private final InstantSource clock;
    private final AuthFailureThrottle authFailures = new AuthFailureThrottle();
    private final LongPollWaiters waiters;
    private final AtomicLong publishedVersion = new AtomicLong();
    /** Responses are written on these threads, never on the rotator thread. */
    private final QueuedThreadPool threads = new QueuedThreadPool(THREADS);

    private final Server server = new Server(threads);

    private TokenApi(
            TokenRotator rotator,
            Callers callers,
            Meters meters,
            Consumer<AccessOutcome> outcomes,
            InstantSource clock) {
        this.rotator = rotator;
        this.callers = callers;
        this.waiters = new LongPollWaiters(callers.readers());
        this.meters = meters;
        this.outcomes = outcomes;
        this.clock = clock;
    }

    /** One call of the API. */
    private record Route(String name, HttpMethod method, Role role, Consumer<ApiExchange> handler) {}

    /**
     * @param outcomes receives the outcome of each request to {@code /v1}
     * @throws IOException if the port cannot be bound
     */
    public static TokenApi start(
            TokenRotator rotator,
            Callers callers,
            Meters meters,
            Consumer<AccessOutcome> outcomes,
            InstantSource clock,
            Listener listener)
            throws IOException {
        TokenApi api = new TokenApi(rotator, callers, meters, outcomes, clock);
        api.listen(listener);
        return api;
    }

    private void listen(Listener listener) throws IOException {
        threads.setName("api");
        threads.setDaemon(true);
        // Reserved threads serve blocking handlers, of which there are none.
        threads.setReservedThreads(0);
        server.addConnector(listener.connector(server, new HttpConfiguration()));
        OpsPages pages = new OpsPages()
                .probe("/alive", () -> new OpsPages.Answer(true, "ok"))
                .probe("/ready", this::ready)
                .page("/metrics", Meters.CONTENT_TYPE, meters::scrape, threads);
        server.setHandler(new Handler.Sequence(pages, new ApiHandler()));
        server.setErrorHandler(OpsPort::writeStatus);
        try {
            server.start();
        } catch (Exception failed) {
            close();
            throw new IOException(
                    "the port " + listener.host() + ":" + listener.port() + " cannot be opened: " + failed.getMessage(),
                    failed);
        }
    }

    public int port() {
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof NetworkConnector network) {
                return network.getLocalPort();
            }
        }
        throw new IllegalStateException("the service does not listen");
    }

    /** Completes the long polls if the current token has changed. To be called after each change of the state. */
    public void notifyWaiters() {
        long now = rotator.current().map(KnownToken::version).orElse(0L);
        if (publishedVersion.getAndSet(now) != now) {
            waiters.notifyWaiters();
        }
    }

    /** The number of long polls that are waiting. */
    int waiting() {
        return waiters.waiting();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception failed) {
            LOG.warn("HTTP server did not stop cleanly: {}", failed.toString());
        }
    }

    private OpsPages.Answer ready() {
        boolean ready = rotator.current().isPresent();
        return new OpsPages.Answer(ready, ready ? "ok" : rotator.unavailableReason());
    }

    /** Handles everything below {@code /v1}. */
    private final class ApiHandler extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Optional<Route> found = route(Request.getPathInContext(request));
            if (found.isEmpty()) {
                return false;
            }
            Route route = found.get();
            ApiExchange exchange = new ApiExchange(request, response, callback, route.name());
            try {
                if (route.method().is(request.getMethod())) {
                    authorize(exchange, route);
                } else {
                    exchange.setHeader(HttpHeader.ALLOW, route.method().asString());
                    exchange.error(405, "only " + route.method().asString() + " is served here");
                }
            } catch (RuntimeException bug) {
                fail(exchange, bug);
            }
            return true;
        }
    }

    private Optional<Route> route(String path) {
        Matcher rejections = REJECTIONS.matcher(path);
        if (rejections.matches()) {
            String version = rejections.group("version");
            return Optional.of(
                    new Route("rejections", HttpMethod.POST, Role.READER, exchange -> rejection(exchange, version)));
        }
        return switch (path) {
            case "/v1/token" -> Optional.of(new Route("token", HttpMethod.GET, Role.READER, this::token));
            case "/v1/status" -> Optional.of(new Route("status", HttpMethod.GET, Role.OPERATOR, this::status));
            case "/v1/rotations" ->
                Optional.of(new Route("rotations", HttpMethod.POST, Role.OPERATOR, this::requestRotation));
            default -> Optional.empty();
        };
    }

    /** Logs only the class of the failure: its message may quote the request. */
    private static void fail(ApiExchange exchange, Throwable failure) {
        LOG.error("request failed: {}", failure.getClass().getName());
        LOG.debug("stack trace", failure);
        exchange.error(500, "internal error");
    }

    private void authorize(ApiExchange exchange, Route route) {
        String address = exchange.address();
        Instant now = clock.instant();
        Duration pause = authFailures.pause(address, now);
        if (!pause.isZero()) {
            // Counted but not audited: an attacker could write any number of audit lines.
            exchange.setHeader(HttpHeader.RETRY_AFTER, Long.toString(pause.toSeconds() + 1));
            reject(exchange, AccessOutcome.SLOWED, 429, "too many wrong secrets from this address");
            return;
        }
        exchange.audit();
        Optional<Caller> caller = callers.authenticate(exchange.header(HttpHeader.AUTHORIZATION));
        if (caller.isEmpty()) {
            authFailures.recordFailure(address, now);
            exchange.setHeader(HttpHeader.WWW_AUTHENTICATE, "Bearer");
            reject(exchange, AccessOutcome.UNKNOWN_CALLER, 401, "unknown caller: send its secret as a bearer token");
            return;
        }
        authFailures.reset(address);
        exchange.setCaller(caller.get());
        if (caller.get().role() != route.role()) {
            reject(
                    exchange,
                    AccessOutcome.WRONG_ROLE,
                    403,
                    "this needs the role " + route.role().name().toLowerCase(Locale.ROOT));
        } else if (exchange.header(HttpHeader.TRANSFER_ENCODING).isPresent()) {
            reject(exchange, AccessOutcome.BAD_REQUEST, 411, "no body is wanted");
        } else if (exchange.bodyLength() > MAX_BODY_BYTES) {
            reject(exchange, AccessOutcome.BAD_REQUEST, 413, "no body is wanted, let alone one of this size");
        } else {
            outcomes.accept(AccessOutcome.GRANTED);
            route.handler().accept(exchange);
        }
    }

    private void reject(ApiExchange exchange, AccessOutcome access, int status, String message) {
        outcomes.accept(access);
        exchange.error(status, message);
    }

    private void token(ApiExchange exchange) {
        Optional<Duration> waitParameter = waitParameter(exchange);
        if (waitParameter.isEmpty()) {
            exchange.error(400, "wait_ms must be a number from 0 to " + MAX_WAIT.toMillis());
            return;
        }
        String knownTag = exchange.header(HttpHeader.IF_NONE_MATCH).orElse("");
        if (isNewerThan(knownTag) || waitParameter.get().isZero()) {
            sendToken(exchange, knownTag);
        } else {
            longPoll(exchange, knownTag, waitParameter.get());
        }
    }

    private void longPoll(ApiExchange exchange, String knownTag, Duration waitParameter) {
        ClientWatch client = exchange.clientWatch();
        CompletableFuture<Void> waiter = waiters.await(exchange.caller(), waitParameter);
        // A newer token may have been published before the wait was registered.
        if (isNewerThan(knownTag)) {
            waiter.complete(null);
        }
        client.start(() -> waiter.complete(null));
        respond(exchange, waiter, (nothing, same) -> {
            client.stop();
            sendToken(exchange, knownTag);
        });
    }

    private static Optional<Duration> waitParameter(ApiExchange exchange) {
        try {
            return Optional.of(exchange.query("wait_ms").orElse("0"))
                    .filter(digits -> digits.matches("[0-9]{1,6}"))
                    .map(digits -> Duration.ofMillis(Long.parseLong(digits)))
                    .filter(waitParameter -> waitParameter.compareTo(MAX_WAIT) <= 0);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private boolean isNewerThan(String knownTag) {
        return rotator.current().filter(token -> !tag(token).equals(knownTag)).isPresent();
    }

    private static String tag(KnownToken token) {
        return '"' + Long.toString(token.version()) + '"';
    }

    private void sendToken(ApiExchange exchange, String knownTag) {
        Optional<KnownToken> current = rotator.current();
        if (current.isEmpty()) {
            exchange.error(503, rotator.unavailableReason());
            return;
        }
        KnownToken token = current.get();
        exchange.setTokenVersion(token.version());
        exchange.setHeader(HttpHeader.ETAG, tag(token));
        if (tag(token).equals(knownTag)) {
            exchange.notModified();
            return;
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("version", token.version());
        body.put("value", token.value().reveal());
        body.put("expires_at", token.expiresAt().map(Instant::toString).orElse(null));
        body.put("refresh_after", token.due().toString());
        exchange.send(200, body);
    }

    private void rejection(ApiExchange exchange, String version) {
        if (!version.matches("[0-9]{1,18}")) {
            exchange.error(400, "the version must be a number");
            return;
        }
        if (!rotator.isLeader()) {
            exchange.error(MISDIRECTED, "this replica does not lead; ask another");
            return;
        }
        exchange.setTokenVersion(Long.parseLong(version));
        // A copy for each caller: the timeout of one must not complete the future of the others.
        CompletableFuture<RejectionVerdict> verdict = rotator.rejected(Long.parseLong(version))
                .copy()
                .completeOnTimeout(RejectionVerdict.UNKNOWN, VERDICT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        respond(
                exchange,
                verdict,
                (found, same) -> same.send(200, Map.of("verdict", found.name().toLowerCase(Locale.ROOT))));
    }

    private void requestRotation(ApiExchange exchange) {
        if (!rotator.isLeader()) {
            exchange.error(MISDIRECTED, "this replica does not lead; ask another");
            return;
        }
        long before = rotator.status().state().lastVersion();
        respond(exchange, rotator.requestRotation(), (stored, same) -> {
            if (stored) {
                same.send(202, Map.of("newer_than", before));
            } else {
                same.error(503, "the order could not be stored");
            }
        });
    }

    private <T> void respond(ApiExchange exchange, CompletableFuture<T> future, BiConsumer<T, ApiExchange> handler) {
        future.thenAcceptAsync(value -> handler.accept(value, exchange), threads)
                .exceptionally(failure -> {
                    fail(exchange, failure);
                    return null;
                });
    }

    private void status(ApiExchange exchange) {
        RotationStatus status = rotator.status();
        TokenState state = status.state();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("leads", status.isLeader());
        body.put("usable", rotator.current().isPresent());
        body.put("version", state.current().map(KnownToken::version).orElse(null));
        body.put("next", describe(status.next()));
        body.put("alarm", state.guard().isAlarm());
        body.put("failed_mints_in_a_row", state.guard().failures());
        body.put("no_mint_before", state.guard().notBefore().toString());
        body.put("refused_by_cloud", state.suspect());
        body.put("ordered", state.rotationRequested());
        List<Map<String, Object>> tokens = new ArrayList<>();
        state.tokens().forEach(token -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("version", token.version());
            one.put("phase", token.phase().name().toLowerCase(Locale.ROOT));
            one.put("minted_at", token.issuedAt().toString());
            one.put("expires_at", token.expiresAt().map(Instant::toString).orElse(null));
            one.put("due", token.due().toString());
            tokens.add(one);
        });
        body.put("tokens", tokens);
        exchange.send(200, body);
    }

    private static String describe(RotationDecision decision) {
        if (decision instanceof RotationDecision.Wait keep) {
            return "keep until " + keep.until();
        }
        if (decision instanceof RotationDecision.Stop stop) {
            return "stopped until " + stop.until() + ": " + stop.reason();
        }
        return decision.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
