package io.fleetcommand.processor.core;

import java.util.Optional;

/** Whose turn it is, among the open requests of one task. Owned by the task's stream thread. */
public interface Agenda {
    /** Takes note of an entry's newest state; one that is not open leaves the agenda. */
    void put(Entry entry, long nowMs);

    /** The request that is to be called next, if any may be called now. */
    Optional<Turn> next(long nowMs);

    /** A request whose alarm time has come; each alarm is given once. */
    Optional<String> alarm(long nowMs);

    /**
     * A request whose turn has come.
     *
     * @param eligibleSinceMs since when nothing but quota has been lacking
     */
    record Turn(String requestId, long eligibleSinceMs) {}
}
