package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ports.Journal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;

/** Decorates a journal with a counter of events by type. Thread-safe. */
public final class MeteredJournal implements Journal {
    private final Journal journal;
    private final Map<Class<? extends JournalEvent>, Counter> byType;

    public MeteredJournal(Journal journal, MeterRegistry registry) {
        this.journal = journal;
        this.byType = Map.of(
                JournalEvent.Claimed.class, Metrics.JOURNAL_EVENTS.counter(registry, Metrics.EventType.CLAIMED),
                JournalEvent.Finished.class, Metrics.JOURNAL_EVENTS.counter(registry, Metrics.EventType.FINISHED),
                JournalEvent.Terminated.class, Metrics.JOURNAL_EVENTS.counter(registry, Metrics.EventType.TERMINATED));
    }

    @Override
    public void append(int partition, JournalEvent event) {
        byType.get(event.getClass()).increment();
        journal.append(partition, event);
    }
}
