package io.fleetcommand.simulator.routes;

import java.util.concurrent.CompletableFuture;

/** What a route does once the gate has let the request in. */
@FunctionalInterface
interface RouteAction {
    /** @throws Refusal if a check fails */
    CompletableFuture<Reply> answer(ApiRequest request);

    /** An action that needs no waiting. */
    static RouteAction atOnce(java.util.function.Function<ApiRequest, Reply> action) {
        return request -> CompletableFuture.completedFuture(action.apply(request));
    }
}
