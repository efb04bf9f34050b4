package io.fleetcommand.simulator.routes;

import java.util.Map;

/** CORS preflight requests, and every path that no other route matches. */
final class OtherRoutes {
    private static final Map<String, String> ALLOWED = Map.of(
            "Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
            "Access-Control-Allow-Headers", "Authorization, Content-Type, Accept, X-Particle-Tool, X-Particle-Project",
            "Access-Control-Max-Age", "86400");

    private final Bodies bodies;

    OtherRoutes(Bodies bodies) {
        this.bodies = bodies;
    }

    void addTo(RequestPipeline gate) {
        gate.options(
                "*",
                Route.OTHER,
                RouteAction.atOnce(request -> Reply.noContent().withHeaders(ALLOWED)));
        gate.fallback(RouteAction.atOnce(
                request -> NotSimulated.covers(request.rawPath()) ? bodies.notSimulated() : bodies.notFound()));
    }
}
