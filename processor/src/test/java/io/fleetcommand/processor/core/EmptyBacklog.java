package io.fleetcommand.processor.core;

import java.util.List;
import java.util.Optional;

/** A backlog in which nobody waits. */
public final class EmptyBacklog implements Backlog {
    @Override
    public Optional<Entry> find(RequestKey key) {
        return Optional.empty();
    }

    @Override
    public Optional<Entry> at(Place place) {
        return Optional.empty();
    }

    @Override
    public List<Entry> waiting(Place from, int most) {
        return List.of();
    }
}
