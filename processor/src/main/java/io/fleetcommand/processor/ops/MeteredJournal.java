package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ports.Journal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;

/** A journal whose lines are counted by what they say. Safe for use by many threads. */
public final class MeteredJournal implements Journal {
    private final Journal journal;
    private final Map<Class<? extends JournalEvent>, Counter> byFact;

    public MeteredJournal(Journal journal, MeterRegistry registry) {
        this.journal = journal;
        this.byFact = Map.of(
                JournalEvent.Claimed.class, Metrics.JOURNAL_LINES.counter(registry, Metrics.Line.CLAIMED),
                JournalEvent.Finished.class, Metrics.JOURNAL_LINES.counter(registry, Metrics.Line.FINISHED),
                JournalEvent.Terminated.class, Metrics.JOURNAL_LINES.counter(registry, Metrics.Line.CLOSED));
    }

    @Override
    public void append(int partition, JournalEvent event) {
        byFact.get(event.getClass()).increment();
        journal.append(partition, event);
    }
}
