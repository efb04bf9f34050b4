package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.List;
import java.util.Optional;

/**
 * The open requests of one task on disk, in queue order, so that a {@link CallScheduler} need not hold them all in
 * memory.
 */
public interface Backlog {
    /** The entry of a request; empty if it is unknown. */
    Optional<LedgerEntry> find(RequestKey key);

    /** The entry at a position; empty if it is no longer open. */
    Optional<LedgerEntry> at(QueuePosition position);

    /**
     * The waiting requests of a queue at or behind a position, in order.
     *
     * @param max how many to return at most; fewer only if there are no more
     */
    List<LedgerEntry> waiting(QueuePosition from, int max);
}
