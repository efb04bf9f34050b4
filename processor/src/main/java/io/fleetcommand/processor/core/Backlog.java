package io.fleetcommand.processor.core;

import java.util.Optional;

/** The open requests of one task in the order of their places, on disk: an agenda need not hold them all. */
@FunctionalInterface
public interface Backlog {
    /** The next waiting entry of the same device, lane and queue behind a place. */
    Optional<Entry> nextWaiting(Place place);
}
