package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.Tokens;
import io.fleetcommand.simulator.counts.Counts;
import io.fleetcommand.simulator.faults.Fault;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What a fault does to the request that it strikes. */
final class Strikes {
    private static final int HANG_MS = 600_000;

    private final Timer timer;
    private final Tokens tokens;
    private final Counts counts;
    private final Bodies bodies;

    Strikes(Timer timer, Tokens tokens, Counts counts, Bodies bodies) {
        this.timer = timer;
        this.tokens = tokens;
        this.counts = counts;
        this.bodies = bodies;
    }

    CompletableFuture<? extends RouteAnswer> answer(Fault fault, ApiRequest request, RouteAction action) {
        return switch (fault.kind()) {
            case STATUS -> instead(fault, request, action, ofStatus(fault));
            case HTML ->
                instead(fault, request, action, Reply.html(fault.status().orElse(502)));
            case THROTTLE -> instead(fault, request, action, bodies.throttled());
            case DOUBLE_ENCODED_429 -> instead(fault, request, action, Bodies.doubleEncodedThrottle());
            case RESET -> instead(fault, request, action, Reset.RESET);
            case BAD_JSON -> action.answer(request).thenApply(Strikes::cut);
            case SLOW ->
                action.answer(request)
                        .thenCompose(
                                reply -> later(fault.delayMs().orElseThrow()).thenApply(nothing -> reply));
            case HANG ->
                instead(fault, request, action, Reset.RESET)
                        .thenCompose(
                                reset -> later(fault.delayMs().orElse(HANG_MS)).thenApply(nothing -> reset));
            case TOKEN_REVOKED -> {
                revokeToken(request);
                yield action.answer(request);
            }
            case CLOUD_DOWN, CONNECTIONS_REFUSED -> CompletableFuture.completedFuture(Reply.html(503));
        };
    }

    private CompletableFuture<RouteAnswer> instead(
            Fault fault, ApiRequest request, RouteAction action, RouteAnswer answer) {
        var headed = withRetryAfter(fault, answer);
        return fault.executed()
                ? action.answer(request).thenApply(ignored -> headed)
                : CompletableFuture.completedFuture(headed);
    }

    private Reply ofStatus(Fault fault) {
        int status = fault.status().orElseThrow();
        return fault.body().map(body -> Reply.json(status, body)).orElseGet(() -> bodies.usual(status));
    }

    private static RouteAnswer withRetryAfter(Fault fault, RouteAnswer answer) {
        if (!(answer instanceof Reply reply) || fault.retryAfterSeconds().isEmpty()) {
            return answer;
        }
        var headers = new HashMap<>(reply.headers());
        headers.put("Retry-After", Integer.toString(fault.retryAfterSeconds().getAsInt()));
        return reply.withHeaders(Map.copyOf(headers));
    }

    /** Loses the second half of the body. */
    private static Reply cut(Reply reply) {
        var half = Arrays.copyOf(reply.body(), reply.body().length / 2);
        return new Reply(reply.status(), reply.contentType(), half, reply.headers());
    }

    private void revokeToken(ApiRequest request) {
        boolean revoked = request.shownToken().filter(tokens::revoke).isPresent();
        if (revoked) {
            counts.tokensRevoked().increment();
        }
    }

    private CompletableFuture<Void> later(int delayMs) {
        return timer.at(timer.nowNanos() + TimeUnit.MILLISECONDS.toNanos(delayMs), () -> {});
    }
}
