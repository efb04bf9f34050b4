package io.fleetcommand.simulator.routes;

import io.javalin.http.Context;

/** The response to an HTTP request, or its failure. */
sealed interface RouteResponse permits Reply, Reset {
    void sendTo(Context context);

    /** The status for the counts; 0 if there is no response. */
    int status();
}
