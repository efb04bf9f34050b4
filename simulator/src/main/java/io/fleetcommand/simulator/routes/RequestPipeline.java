package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.Tokens;
import io.fleetcommand.simulator.counts.Counts;
import io.fleetcommand.simulator.faults.Fault;
import io.fleetcommand.simulator.faults.FaultTarget;
import io.fleetcommand.simulator.faults.Faults;
import io.fleetcommand.simulator.limits.SourceLimits;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Processes every request before its route: counts it, applies the rate limit of its source address, and injects a
 * fault. Stateless; runs on the server's threads.
 */
final class RequestPipeline {
    private final RoutesConfig paths;
    private final Timer timer;
    private final SourceLimits limits;
    private final Faults faults;
    private final FaultyAction faultyAction;
    private final Counts counts;
    private final Bodies bodies;

    RequestPipeline(
            RoutesConfig paths,
            Timer timer,
            SourceLimits limits,
            Faults faults,
            Tokens tokens,
            Counts counts,
            Bodies bodies) {
        this.paths = paths;
        this.timer = timer;
        this.limits = limits;
        this.faults = faults;
        this.faultyAction = new FaultyAction(timer, tokens, counts, bodies);
        this.counts = counts;
        this.bodies = bodies;
    }

    /** Also serves HEAD, without the body. */
    void get(String path, Route route, RouteAction action) {
        var handler = wrap(route, action);
        paths.get(path, handler);
        paths.head(path, handler);
    }

    void post(String path, Route route, RouteAction action) {
        paths.post(path, wrap(route, action));
    }

    void put(String path, Route route, RouteAction action) {
        paths.put(path, wrap(route, action));
    }

    void delete(String path, Route route, RouteAction action) {
        paths.delete(path, wrap(route, action));
    }

    void options(String path, Route route, RouteAction action) {
        paths.options(path, wrap(route, action));
    }

    /** Serves every request that no other route matches. */
    void fallback(RouteAction action) {
        paths.exception(HttpResponseException.class, (noRoute, context) -> {
            var response = process(context, Route.OTHER, action);
            respondNow(context, response.join());
        });
    }

    private Handler wrap(Route route, RouteAction action) {
        return context -> respond(context, process(context, route, action));
    }

    private CompletableFuture<? extends RouteResponse> process(Context context, Route route, RouteAction action) {
        var request = new ApiRequest(context, timer.nowNanos(), bodies);
        counts.requests().increment();
        counts.arrivals().add(TimeUnit.NANOSECONDS.toSeconds(request.nowNanos()));
        counts.byRoute().add(route.word());
        var decision = limits.admit(request.source(), request.nowNanos());
        if (!decision.accepted()) {
            return CompletableFuture.completedFuture(bodies.throttled(decision));
        }
        counts.accepted().increment();
        var fault = faults.isEmpty() ? Optional.<Fault>empty() : faults.strike(target(route, context));
        try {
            return fault.<CompletableFuture<? extends RouteResponse>>map(
                            injected -> faultyAction.apply(injected, request, catchingRefusals(action)))
                    .orElseGet(() -> catchingRefusals(action).handle(request));
        } catch (Refusal refusal) {
            // A fault that reads the request's token may fail like a route.
            return CompletableFuture.completedFuture(refusal.reply());
        }
    }

    private static RouteAction catchingRefusals(RouteAction action) {
        return request -> {
            try {
                return action.handle(request);
            } catch (Refusal refusal) {
                return CompletableFuture.completedFuture(refusal.reply());
            }
        };
    }

    private static FaultTarget target(Route route, Context context) {
        var path = context.pathParamMap();
        return new FaultTarget(route.word(), path.getOrDefault("device", ""), path.getOrDefault("name", ""));
    }

    private void respond(Context context, CompletableFuture<? extends RouteResponse> future) {
        if (future.isDone()) {
            respondNow(context, future.join());
        } else {
            context.future(() -> future.thenAccept(response -> respondNow(context, response)));
        }
    }

    private void respondNow(Context context, RouteResponse response) {
        counts.byStatus().add(response.status());
        response.sendTo(context);
    }
}
