package io.fleetcommand.processor.core;

import java.util.List;
import java.util.Optional;

/** The open requests of one task in the order of their places, on disk: an agenda need not hold them all. */
public interface Backlog {
    /** The entry of a request, if it is known. */
    Optional<Entry> find(RequestKey key);

    /** The entry at a place, if it is still open. */
    Optional<Entry> at(Place place);

    /**
     * The requests that wait at a place or behind it in its line, in their order.
     *
     * @param most how many of them at most; fewer if there are no more
     */
    List<Entry> waiting(Place from, int most);
}
