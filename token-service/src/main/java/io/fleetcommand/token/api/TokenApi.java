package io.fleetcommand.token.api;

import io.fleetcommand.service.Meters;
import io.fleetcommand.service.http.OpsPages;
import io.fleetcommand.service.http.OpsPort;
import io.fleetcommand.token.rotator.TokenRotator;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
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
    private static final Logger LOG = LoggerFactory.getLogger(TokenApi.class);
    private static final int THREADS = 32;
    private static final Pattern REJECTIONS = Pattern.compile("/v1/token/(?<version>[^/]*)/rejections");

    private final TokenRotator rotator;
    private final Authenticator authenticator;
    private final LongPollWaiters waiters;
    private final ReaderRoutes reader;
    private final OperatorRoutes operator;
    private final Meters meters;
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
        this.authenticator = new Authenticator(callers, outcomes, clock);
        this.waiters = new LongPollWaiters(callers.readers());
        this.reader = new ReaderRoutes(rotator, waiters, threads);
        this.operator = new OperatorRoutes(rotator, threads);
        this.meters = meters;
    }

    /** One call of the API. */
    private record Route(String name, HttpMethod method, Role role, Consumer<ApiExchange> action) {}

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
        throw new IllegalStateException("no port is open");
    }

    /** Completes the long polls if the current token has changed. To be called after each change of the state. */
    public void notifyWaiters() {
        reader.notifyWaiters();
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
            found.ifPresent(route ->
                    serve(route, request.getMethod(), new ApiExchange(request, response, callback, route.name())));
            return found.isPresent();
        }
    }

    private Optional<Route> route(String path) {
        Matcher rejections = REJECTIONS.matcher(path);
        if (rejections.matches()) {
            String version = rejections.group("version");
            return Optional.of(new Route(
                    "rejections", HttpMethod.POST, Role.READER, exchange -> reader.rejection(exchange, version)));
        }
        return switch (path) {
            case "/v1/token" -> Optional.of(new Route("token", HttpMethod.GET, Role.READER, reader::token));
            case "/v1/status" -> Optional.of(new Route("status", HttpMethod.GET, Role.OPERATOR, operator::status));
            case "/v1/rotations" ->
                Optional.of(new Route("rotations", HttpMethod.POST, Role.OPERATOR, operator::requestRotation));
            default -> Optional.empty();
        };
    }

    private void serve(Route route, String method, ApiExchange exchange) {
        try {
            if (!route.method().is(method)) {
                exchange.setHeader(HttpHeader.ALLOW, route.method().asString());
                exchange.error(
                        HttpStatus.METHOD_NOT_ALLOWED_405,
                        "only " + route.method().asString() + " is served here");
            } else if (authenticator.admit(exchange, route.role())) {
                route.action().accept(exchange);
            }
        } catch (RuntimeException bug) {
            exchange.fail(bug);
        }
    }
}
