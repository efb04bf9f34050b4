package io.fleetcommand.simulator.routes;

import io.javalin.http.Context;

/** What becomes of an HTTP request. */
sealed interface RouteAnswer permits Reply, Reset {
    void giveTo(Context context);

    /** As counted: 0 if the caller gets no answer. */
    int status();
}
