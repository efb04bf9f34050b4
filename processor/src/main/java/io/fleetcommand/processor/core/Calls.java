package io.fleetcommand.processor.core;

/** Makes calls whose outcomes go to the journal, whoever owns the partition by then. */
@FunctionalInterface
public interface Calls {
    /**
     * Starts the call of an attempt that {@code epoch} has won.
     *
     * @param right taken from the {@link Gate}
     */
    void start(int partition, Request request, Right right, int attempt, String epoch);
}
