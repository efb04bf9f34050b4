package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.Tokens;
import io.fleetcommand.simulator.counts.Counts;
import io.fleetcommand.simulator.faults.Fault;
import io.fleetcommand.simulator.faults.Faults;
import io.fleetcommand.simulator.faults.Target;
import io.fleetcommand.simulator.limits.SourceLimits;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What every request passes on its way to a route: it is counted, then checked against the limit of its source
 * address, then a fault may strike it. Runs on the server's threads; holds no state of its own.
 */
final class Gate {
    private final RoutesConfig paths;
    private final Timer timer;
    private final SourceLimits limits;
    private final Faults faults;
    private final Strikes strikes;
    private final Counts counts;
    private final Bodies bodies;

    Gate(
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
        this.strikes = new Strikes(timer, tokens, counts, bodies);
        this.counts = counts;
        this.bodies = bodies;
    }

    /** A HEAD is answered as the GET without its body. */
    void get(String path, Route route, RouteAction action) {
        var handler = through(route, action);
        paths.get(path, handler);
        paths.head(path, handler);
    }

    void post(String path, Route route, RouteAction action) {
        paths.post(path, through(route, action));
    }

    void put(String path, Route route, RouteAction action) {
        paths.put(path, through(route, action));
    }

    void delete(String path, Route route, RouteAction action) {
        paths.delete(path, through(route, action));
    }

    void options(String path, Route route, RouteAction action) {
        paths.options(path, through(route, action));
    }

    /** For every request that no other route takes. */
    void others(RouteAction action) {
        paths.exception(HttpResponseException.class, (noRoute, context) -> {
            var answered = answer(context, Route.OTHER, action);
            giveNow(context, answered.join());
        });
    }

    private Handler through(Route route, RouteAction action) {
        return context -> give(context, answer(context, route, action));
    }

    private CompletableFuture<? extends RouteAnswer> answer(Context context, Route route, RouteAction action) {
        var request = new ApiRequest(context, timer.nowNanos(), bodies);
        counts.requests().increment();
        counts.arrivals().add(TimeUnit.NANOSECONDS.toSeconds(request.nowNanos()));
        counts.byRoute().add(route.word());
        var decision = limits.admit(request.source(), request.nowNanos());
        if (!decision.accepted()) {
            return CompletableFuture.completedFuture(bodies.throttled(decision));
        }
        counts.accepted().increment();
        var fault = faults.none() ? Optional.<Fault>empty() : faults.strike(target(route, context));
        try {
            return fault.<CompletableFuture<? extends RouteAnswer>>map(
                            struck -> strikes.answer(struck, request, refusing(action)))
                    .orElseGet(() -> refusing(action).answer(request));
        } catch (Refusal refusal) {
            // A fault that looks at the request's token met the same trouble as a route would.
            return CompletableFuture.completedFuture(refusal.reply());
        }
    }

    private static RouteAction refusing(RouteAction action) {
        return request -> {
            try {
                return action.answer(request);
            } catch (Refusal refusal) {
                return CompletableFuture.completedFuture(refusal.reply());
            }
        };
    }

    private static Target target(Route route, Context context) {
        var path = context.pathParamMap();
        return new Target(route.word(), path.getOrDefault("device", ""), path.getOrDefault("name", ""));
    }

    private void give(Context context, CompletableFuture<? extends RouteAnswer> future) {
        if (future.isDone()) {
            giveNow(context, future.join());
        } else {
            context.future(() -> future.thenAccept(answer -> giveNow(context, answer)));
        }
    }

    private void giveNow(Context context, RouteAnswer answer) {
        counts.byStatus().add(answer.status());
        answer.giveTo(context);
    }
}
