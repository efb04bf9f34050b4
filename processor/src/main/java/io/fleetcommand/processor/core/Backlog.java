package io.fleetcommand.processor.core;

import java.util.Optional;

/** The open requests of one task in the order of their places, on disk: an agenda need not hold them all. */
public interface Backlog {
    /** The entry of a request, if it is known. */
    Optional<Entry> find(String requestId);

    /** The entry at a place, if it is still open. */
    Optional<Entry> at(Place place);

    /**
     * The waiting entry that comes after a place in its line. Of commands, the next behind it. Of polls, which may
     * overtake each other, the first of the next variable, round and round, so that each variable has its turn.
     */
    Optional<Entry> nextWaiting(Place place);
}
