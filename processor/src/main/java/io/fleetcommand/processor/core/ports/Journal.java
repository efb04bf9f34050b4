package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.JournalEvent;

/** The journal of attempts. Safe for use by many threads; what one thread appends keeps its order. */
@FunctionalInterface
public interface Journal {
    /** Hands a fact over to be written and returns at once. It may be late or, if the process dies, lost. */
    void append(int partition, JournalEvent event);
}
