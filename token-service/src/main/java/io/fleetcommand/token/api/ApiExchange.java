package io.fleetcommand.token.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.service.http.ClientWatch;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request and its response, which is sent exactly once. The write is asynchronous: no thread blocks on a slow client.
 * Not thread-safe: used by one thread at a time.
 */
final class ApiExchange {
    private static final Logger LOG = LoggerFactory.getLogger(ApiExchange.class);
    private static final Logger AUDIT = LoggerFactory.getLogger("audit");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final String route;
    private boolean audited;
    private Optional<Caller> caller = Optional.empty();
    private OptionalLong version = OptionalLong.empty();

    /** @param route the route's name in the audit log */
    ApiExchange(Request request, Response response, Callback callback, String route) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.route = route;
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    }

    String address() {
        return Request.getRemoteAddr(request);
    }

    Optional<String> header(HttpHeader name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    long bodyLength() {
        return request.getLength();
    }

    /**
     * The value of a query parameter; empty if it is missing.
     *
     * @throws IllegalArgumentException if the query is malformed
     */
    Optional<String> query(String name) {
        Fields fields = Request.extractQueryParameters(request);
        return Optional.ofNullable(fields.getValue(name));
    }

    /** Detects that the client disconnects. */
    ClientWatch clientWatch() {
        return (ClientWatch) Objects.requireNonNull(request.getAttribute(ClientWatch.ATTRIBUTE));
    }

    /** Marks the exchange for the audit log. */
    void audit() {
        audited = true;
    }

    /** The authenticated caller. */
    Caller caller() {
        return caller.orElseThrow();
    }

    /** @param authenticated the authenticated caller */
    void setCaller(Caller authenticated) {
        caller = Optional.of(authenticated);
    }

    /** @param tokenVersion the token that the request is about, for the audit log */
    void setTokenVersion(long tokenVersion) {
        version = OptionalLong.of(tokenVersion);
    }

    void setHeader(HttpHeader name, String value) {
        response.getHeaders().put(name, value);
    }

    void error(int status, String message) {
        send(status, Map.of("error", message));
    }

    /** Responds that this replica is not the leader, which alone serves such a request. */
    void misdirected() {
        error(HttpStatus.MISDIRECTED_REQUEST_421, "this replica is not the leader; ask another");
    }

    /** Logs only the class of the failure: its message may quote the request. */
    void fail(Throwable failure) {
        LOG.error("request failed: {}", failure.getClass().getName());
        LOG.debug("stack trace", failure);
        error(HttpStatus.INTERNAL_SERVER_ERROR_500, "internal error");
    }

    /**
     * Responds when a future completes.
     *
     * @param threads the threads on which the response is written
     */
    <T> void respondWhen(CompletableFuture<T> future, Executor threads, Consumer<T> responder) {
        future.thenAcceptAsync(responder, threads).exceptionally(failure -> {
            fail(failure);
            return null;
        });
    }

    void send(int status, Map<String, ?> body) {
        setHeader(HttpHeader.CONTENT_TYPE, "application/json");
        respond(status, ByteBuffer.wrap(json(body)));
    }

    void notModified() {
        respond(HttpStatus.NOT_MODIFIED_304, ByteBuffer.allocate(0));
    }

    private void respond(int status, ByteBuffer body) {
        writeAudit(status);
        response.setStatus(status);
        response.write(true, body, callback);
    }

    /** Writes the audit line: never a secret, a token, or any text that the caller chose. */
    private void writeAudit(int status) {
        if (audited) {
            AUDIT.info(
                    "caller={} address={} method={} route={} version={} status={}",
                    caller.map(Caller::name).orElse("-"),
                    address(),
                    request.getMethod(),
                    route,
                    version.isPresent() ? Long.toString(version.getAsLong()) : "-",
                    status);
        }
    }

    private static byte[] json(Map<String, ?> body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a body cannot be written as JSON");
        }
    }
}
