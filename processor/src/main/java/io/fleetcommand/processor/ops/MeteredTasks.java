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

/** Metrics of the tasks of an instance: their open requests and their results. Thread-safe. */
public final class MeteredTasks {
    private final TaskRegistry tasks;
    private final Map<Metrics.RequestType, Map<Status, Counter>> results = new EnumMap<>(Metrics.RequestType.class);
    private final Map<Metrics.RequestType, Timer> latency = new EnumMap<>(Metrics.RequestType.class);
    private final Map<Priority, Timer> waitedForTurn = new EnumMap<>(Priority.class);
    private final Map<Priority, Timer> waitedForQuota = new EnumMap<>(Priority.class);
    private final Map<Source, Counter> setAside = new EnumMap<>(Source.class);
    private final Counter negativeReturns;
    private final Counter repeats;

    public MeteredTasks(TaskRegistry tasks, MeterRegistry registry) {
        this.tasks = tasks;
        for (Metrics.RequestType type : Metrics.RequestType.values()) {
            latency.put(type, Metrics.RESULT_LATENCY.timer(registry, type));
            results.put(type, new EnumMap<>(Status.class));
            for (Status status : Status.values()) {
                results.get(type).put(status, Metrics.RESULTS.counter(registry, type, status));
            }
        }
        for (Priority priority : Priority.values()) {
            waitedForTurn.put(priority, Metrics.WAITED_FOR_TURN.timer(registry, priority));
            waitedForQuota.put(priority, Metrics.WAITED_FOR_QUOTA.timer(registry, priority));
        }
        for (Source source : Source.values()) {
            setAside.put(source, Metrics.SET_ASIDE.counter(registry, source));
        }
        this.negativeReturns = Metrics.NEGATIVE_RETURNS.counter(registry);
        this.repeats = Metrics.REPEATED_RESULTS.counter(registry);
    }

    /** The observer of the task of a partition. */
    public RequestObserver observer(int partition) {
        return new TaskObserver(partition, tasks.started(partition));
    }

    private final class TaskObserver implements RequestObserver {
        private final int partition;
        private final OpenRequestCounts counts;

        TaskObserver(int partition, OpenRequestCounts counts) {
            this.partition = partition;
            this.counts = counts;
        }

        @Override
        public void found(LedgerEntry entry) {
            counts.changed(Optional.empty(), entry);
        }

        @Override
        public void changed(Optional<LedgerEntry> known, LedgerEntry next) {
            counts.changed(known, next);
        }

        @Override
        public void answered(Request request, Result result) {
            Metrics.RequestType type = Metrics.RequestType.of(request);
            results.get(type).get(result.status()).increment();
            if (request.isCommand() && result.value() instanceof Value.Whole returned && returned.number() < 0) {
                negativeReturns.increment();
            }
            latency.get(type).record(result.finishedAtMs() - result.timing().receivedAtMs(), TimeUnit.MILLISECONDS);
            waitedForTurn.get(request.priority()).record(result.timing().waitedForTurnMs(), TimeUnit.MILLISECONDS);
            waitedForQuota.get(request.priority()).record(result.timing().waitedForQuotaMs(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void repeated(Request request) {
            repeats.increment();
        }

        @Override
        public void backingOff(int devices) {
            counts.backingOff(devices);
        }

        @Override
        public void held(Source source, int records) {
            counts.held(source, records);
        }

        @Override
        public void setAside(Source source) {
            setAside.get(source).increment();
        }

        @Override
        public void ended() {
            tasks.ended(partition, counts);
        }
    }
}
