package io.fleetcommand.simulator.routes;

import java.util.concurrent.CompletableFuture;

/** What a route does once the gate has let the request in. */
@FunctionalInterface
interface Action {
    /** @throws Refusal if a check fails */
    CompletableFuture<Reply> answer(Request request);

    /** An action that needs no waiting. */
    static Action atOnce(java.util.function.Function<Request, Reply> action) {
        return request -> CompletableFuture.completedFuture(action.apply(request));
    }
}
