package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Source;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Counts what the tasks of an instance hold and what they answer. Safe for use by many threads. */
public final class MeteredTasks {
    private final TaskRegistry tasks;
    private final Map<Metrics.Asked, Map<Status, Counter>> answers = new EnumMap<>(Metrics.Asked.class);
    private final Map<Metrics.Asked, Timer> took = new EnumMap<>(Metrics.Asked.class);
    private final Map<Priority, Timer> forTurn = new EnumMap<>(Priority.class);
    private final Map<Priority, Timer> forQuota = new EnumMap<>(Priority.class);
    private final Map<Source, Counter> setAside = new EnumMap<>(Source.class);
    private final Counter negativeReturns;
    private final Counter repeats;

    public MeteredTasks(TaskRegistry tasks, MeterRegistry registry) {
        this.tasks = tasks;
        for (Metrics.Asked asked : Metrics.Asked.values()) {
            took.put(asked, Metrics.ANSWER.timer(registry, asked));
            answers.put(asked, new EnumMap<>(Status.class));
            for (Status status : Status.values()) {
                answers.get(asked).put(status, Metrics.ANSWERS.counter(registry, asked, status));
            }
        }
        for (Priority priority : Priority.values()) {
            forTurn.put(priority, Metrics.WAITED_FOR_TURN.timer(registry, priority));
            forQuota.put(priority, Metrics.WAITED_FOR_QUOTA.timer(registry, priority));
        }
        for (Source source : Source.values()) {
            setAside.put(source, Metrics.SET_ASIDE.counter(registry, source));
        }
        this.negativeReturns = Metrics.NEGATIVE_RETURNS.counter(registry);
        this.repeats = Metrics.REPEATED_ANSWERS.counter(registry);
    }

    /** What is to see the task of a partition that starts. */
    public RequestObserver observer(int partition) {
        return new OfTask(partition, tasks.starts(partition));
    }

    private final class OfTask implements RequestObserver {
        private final int partition;
        private final OpenRequestCounts census;

        OfTask(int partition, OpenRequestCounts census) {
            this.partition = partition;
            this.census = census;
        }

        @Override
        public void found(LedgerEntry entry) {
            census.changed(Optional.empty(), entry);
        }

        @Override
        public void changed(Optional<LedgerEntry> known, LedgerEntry next) {
            census.changed(known, next);
        }

        @Override
        public void answered(Request request, Result result) {
            Metrics.Asked asked = Metrics.Asked.of(request);
            answers.get(asked).get(result.status()).increment();
            if (request.isCommand() && result.value() instanceof Value.Whole returned && returned.number() < 0) {
                negativeReturns.increment();
            }
            took.get(asked).record(result.finishedAtMs() - result.timing().receivedAtMs(), TimeUnit.MILLISECONDS);
            forTurn.get(request.priority()).record(result.timing().waitedForTurnMs(), TimeUnit.MILLISECONDS);
            forQuota.get(request.priority()).record(result.timing().waitedForQuotaMs(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void repeated(Request request) {
            repeats.increment();
        }

        @Override
        public void backingOff(int devices) {
            census.resting(devices);
        }

        @Override
        public void held(Source source, int records) {
            census.held(source, records);
        }

        @Override
        public void setAside(Source source) {
            setAside.get(source).increment();
        }

        @Override
        public void ended() {
            tasks.ended(partition, census);
        }
    }
}
