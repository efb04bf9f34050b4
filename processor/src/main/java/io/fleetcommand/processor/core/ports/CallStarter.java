package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.request.Request;

/** Makes calls. Their outcomes go to the journal, whichever instance owns the partition by then. */
@FunctionalInterface
public interface CallStarter {
    /**
     * Starts the call of an attempt that {@code epoch} has claimed.
     *
     * @param permit reserved from the {@link CallLimiter}
     */
    void start(int partition, Request request, Permit permit, int attempt, String epoch);
}
