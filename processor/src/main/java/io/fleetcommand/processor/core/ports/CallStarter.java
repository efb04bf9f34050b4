package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.request.Request;

/** Makes calls. Their outcomes go to the journal, whichever instance owns the partition by then. */
@FunctionalInterface
public interface CallStarter {
    /**
     * Starts the call of an attempt that {@code epoch} has claimed.
     *
     * @param permit reserved for the call; released when the call has ended or is given up
     */
    void start(int partition, Request request, Permit permit, int attempt, String epoch);
}
