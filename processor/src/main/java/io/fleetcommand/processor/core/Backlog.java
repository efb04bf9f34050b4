package io.fleetcommand.processor.core;

import java.util.List;
import java.util.Optional;

/** The open requests of one task in the order of their places, on disk: an agenda need not hold them all. */
public interface Backlog {
    /** The entry of a request, if it is known. */
    Optional<Entry> find(String requestId);

    /** The entry at a place, if it is still open. */
    Optional<Entry> at(Place place);

    /**
     * The commands that wait behind a place in its line, in their order.
     *
     * @param most so many of them at most; fewer if there are no more
     */
    List<Entry> commandsBehind(Place place, int most);

    /**
     * The poll that comes after a place in its line. Polls may overtake each other: it is the first of the next
     * variable, round and round, so that each variable has its turn.
     */
    Optional<Entry> pollAfter(Place place);
}
