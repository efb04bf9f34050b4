package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.List;
import java.util.Optional;

/** A backlog without requests. */
public final class EmptyBacklog implements Backlog {
    @Override
    public Optional<LedgerEntry> find(RequestKey key) {
        return Optional.empty();
    }

    @Override
    public Optional<LedgerEntry> at(QueuePosition position) {
        return Optional.empty();
    }

    @Override
    public List<LedgerEntry> waiting(QueuePosition from, int max) {
        return List.of();
    }
}
