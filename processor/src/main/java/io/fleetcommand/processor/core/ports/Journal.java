package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.JournalEvent;

/** The journal of attempts. Thread-safe; the events that one thread appends keep their order. */
@FunctionalInterface
public interface Journal {
    /**
     * Queues an event for writing and returns at once. The event may be written late or, if the process dies, be lost.
     */
    void append(int partition, JournalEvent event);
}
