package io.fleetcommand.token.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;

/** Decides which requests are served: authentication with throttling, role and size. Thread-safe. */
final class Authenticator {
    private static final long MAX_BODY_BYTES = 1_024;

    private final Callers callers;
    private final Consumer<AccessOutcome> outcomes;
    private final InstantSource clock;
    private final AuthFailureThrottle failures = new AuthFailureThrottle();

    /** @param outcomes receives the outcome of each request */
    Authenticator(Callers callers, Consumer<AccessOutcome> outcomes, InstantSource clock) {
        this.callers = callers;
        this.outcomes = outcomes;
        this.clock = clock;
    }

    /** Why a request is not served. */
    private record Rejection(AccessOutcome outcome, int status, String message) {}

    /**
     * Authenticates and authorizes a request.
     *
     * @return false if it is rejected; the response has been sent then
     */
    boolean admit(ApiExchange exchange, Role role) {
        Instant now = clock.instant();
        Optional<Rejection> rejection = throttle(exchange, now)
                .or(() -> authenticate(exchange, now))
                .or(() -> authorize(exchange, role))
                .or(() -> checkBody(exchange));
        outcomes.accept(rejection.map(Rejection::outcome).orElse(AccessOutcome.GRANTED));
        rejection.ifPresent(reason -> exchange.error(reason.status(), reason.message()));
        return rejection.isEmpty();
    }

    private Optional<Rejection> throttle(ApiExchange exchange, Instant now) {
        Duration pause = failures.pause(exchange.address(), now);
        if (pause.isZero()) {
            return Optional.empty();
        }
        // Counted but not audited: an attacker could write any number of audit lines.
        exchange.setHeader(HttpHeader.RETRY_AFTER, Long.toString(pause.toSeconds() + 1));
        return Optional.of(new Rejection(AccessOutcome.SLOWED, 429, "too many wrong secrets from this address"));
    }

    private Optional<Rejection> authenticate(ApiExchange exchange, Instant now) {
        exchange.audit();
        Optional<Caller> caller = callers.authenticate(exchange.header(HttpHeader.AUTHORIZATION));
        if (caller.isPresent()) {
            failures.reset(exchange.address());
            exchange.setCaller(caller.get());
            return Optional.empty();
        }
        failures.recordFailure(exchange.address(), now);
        exchange.setHeader(HttpHeader.WWW_AUTHENTICATE, "Bearer");
        return Optional.of(
                new Rejection(AccessOutcome.UNKNOWN_CALLER, 401, "unknown caller: send its secret as a bearer token"));
    }

    private static Optional<Rejection> authorize(ApiExchange exchange, Role role) {
        return exchange.caller().role() == role
                ? Optional.empty()
                : Optional.of(new Rejection(
                        AccessOutcome.WRONG_ROLE,
                        403,
                        "this needs the role " + role.name().toLowerCase(Locale.ROOT)));
    }

    private static Optional<Rejection> checkBody(ApiExchange exchange) {
        if (exchange.header(HttpHeader.TRANSFER_ENCODING).isPresent()) {
            return Optional.of(new Rejection(AccessOutcome.BAD_REQUEST, 411, "the request must have no body"));
        }
        return exchange.bodyLength() > MAX_BODY_BYTES
                ? Optional.of(new Rejection(AccessOutcome.BAD_REQUEST, 413, "the request must have no body"))
                : Optional.empty();
    }
}
