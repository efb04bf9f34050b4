package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.Tokens;
import io.fleetcommand.simulator.counts.Counts;
import io.fleetcommand.simulator.faults.Fault;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Applies a fault to a request. */
final class FaultyAction {
    private static final int HANG_MS = 600_000;

    private final Timer timer;
    private final Tokens tokens;
    private final Counts counts;
    private final Bodies bodies;

    FaultyAction(Timer timer, Tokens tokens, Counts counts, Bodies bodies) {
        this.timer = timer;
        this.tokens = tokens;
        this.counts = counts;
        this.bodies = bodies;
    }

    CompletableFuture<? extends RouteResponse> apply(Fault fault, ApiRequest request, RouteAction action) {
        return switch (fault.kind()) {
            case STATUS -> replaceResponse(fault, request, action, ofStatus(fault));
            case HTML ->
                replaceResponse(
                        fault, request, action, Reply.html(fault.status().orElse(502)));
            case THROTTLE -> replaceResponse(fault, request, action, bodies.throttled());
            case DOUBLE_ENCODED_429 -> replaceResponse(fault, request, action, Bodies.doubleEncodedThrottle());
            case RESET -> replaceResponse(fault, request, action, Reset.RESET);
            case BAD_JSON -> action.handle(request).thenApply(FaultyAction::truncated);
            case SLOW ->
                action.handle(request)
                        .thenCompose(
                                reply -> delay(fault.delayMs().orElseThrow()).thenApply(nothing -> reply));
            case HANG ->
                replaceResponse(fault, request, action, Reset.RESET)
                        .thenCompose(
                                reset -> delay(fault.delayMs().orElse(HANG_MS)).thenApply(nothing -> reset));
            case TOKEN_REVOKED -> {
                revokeToken(request);
                yield action.handle(request);
            }
            case CLOUD_DOWN, CONNECTIONS_REFUSED -> CompletableFuture.completedFuture(Reply.html(503));
        };
    }

    private CompletableFuture<RouteResponse> replaceResponse(
            Fault fault, ApiRequest request, RouteAction action, RouteResponse replacement) {
        var response = withRetryAfter(fault, replacement);
        return fault.executed()
                ? action.handle(request).thenApply(ignored -> response)
                : CompletableFuture.completedFuture(response);
    }

    private Reply ofStatus(Fault fault) {
        int status = fault.status().orElseThrow();
        return fault.body().map(body -> Reply.json(status, body)).orElseGet(() -> bodies.usual(status));
    }

    private static RouteResponse withRetryAfter(Fault fault, RouteResponse response) {
        if (!(response instanceof Reply reply) || fault.retryAfterSeconds().isEmpty()) {
            return response;
        }
        var headers = new HashMap<>(reply.headers());
        headers.put("Retry-After", Integer.toString(fault.retryAfterSeconds().getAsInt()));
        return reply.withHeaders(Map.copyOf(headers));
    }

    /** Truncates the second half of the body. */
    private static Reply truncated(Reply reply) {
        var half = Arrays.copyOf(reply.body(), reply.body().length / 2);
        return new Reply(reply.status(), reply.contentType(), half, reply.headers());
    }

    private void revokeToken(ApiRequest request) {
        boolean revoked = request.presentedToken().filter(tokens::revoke).isPresent();
        if (revoked) {
            counts.tokensRevoked().increment();
        }
    }

    private CompletableFuture<Void> delay(int delayMs) {
        return timer.at(timer.nowNanos() + TimeUnit.MILLISECONDS.toNanos(delayMs), () -> {});
    }
}
