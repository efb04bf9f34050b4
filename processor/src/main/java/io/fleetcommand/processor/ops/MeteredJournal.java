package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.Fact;
import io.fleetcommand.processor.core.Journal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;

/** A journal whose lines are counted by what they say. Safe for use by many threads. */
public final class MeteredJournal implements Journal {
    private final Journal journal;
    private final Map<Class<? extends Fact>, Counter> byFact;

    public MeteredJournal(Journal journal, MeterRegistry registry) {
        this.journal = journal;
        this.byFact = Map.of(
                Fact.Claimed.class, Metrics.JOURNAL_LINES.counter(registry, Metrics.Line.CLAIMED),
                Fact.Finished.class, Metrics.JOURNAL_LINES.counter(registry, Metrics.Line.FINISHED),
                Fact.Closed.class, Metrics.JOURNAL_LINES.counter(registry, Metrics.Line.CLOSED));
    }

    @Override
    public void append(int partition, Fact fact) {
        byFact.get(fact.getClass()).increment();
        journal.append(partition, fact);
    }
}
