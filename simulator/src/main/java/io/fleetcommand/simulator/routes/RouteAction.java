package io.fleetcommand.simulator.routes;

import java.util.concurrent.CompletableFuture;

/** The handler of a route, called for accepted requests. */
@FunctionalInterface
interface RouteAction {
    /** @throws Refusal if a check fails */
    CompletableFuture<Reply> handle(ApiRequest request);

    /** A synchronous action. */
    static RouteAction atOnce(java.util.function.Function<ApiRequest, Reply> action) {
        return request -> CompletableFuture.completedFuture(action.apply(request));
    }
}
