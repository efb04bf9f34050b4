package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.List;
import java.util.Optional;

/** The open requests of one task in the order of their places, on disk: an agenda need not hold them all. */
public interface Backlog {
    /** The entry of a request, if it is known. */
    Optional<LedgerEntry> find(RequestKey key);

    /** The entry at a place, if it is still open. */
    Optional<LedgerEntry> at(QueuePosition position);

    /**
     * The requests that wait at a place or behind it in its line, in their order.
     *
     * @param most how many of them at most; fewer if there are no more
     */
    List<LedgerEntry> waiting(QueuePosition from, int most);
}
