package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.Answer;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Observer;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.Source;
import io.fleetcommand.processor.core.Status;
import io.fleetcommand.processor.core.Value;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Counts what the tasks of an instance hold and what they answer. Safe for use by many threads. */
public final class MeteredTasks {
    private final OwnedTasks tasks;
    private final Map<Metrics.Asked, Map<Status, Counter>> answers = new EnumMap<>(Metrics.Asked.class);
    private final Map<Metrics.Asked, Timer> took = new EnumMap<>(Metrics.Asked.class);
    private final Map<Lane, Timer> forTurn = new EnumMap<>(Lane.class);
    private final Map<Lane, Timer> forQuota = new EnumMap<>(Lane.class);
    private final Map<Source, Counter> setAside = new EnumMap<>(Source.class);
    private final Counter negativeReturns;
    private final Counter repeats;

    public MeteredTasks(OwnedTasks tasks, MeterRegistry registry) {
        this.tasks = tasks;
        for (Metrics.Asked asked : Metrics.Asked.values()) {
            took.put(asked, Metrics.ANSWER.timer(registry, asked));
            answers.put(asked, new EnumMap<>(Status.class));
            for (Status status : Status.values()) {
                answers.get(asked).put(status, Metrics.ANSWERS.counter(registry, asked, status));
            }
        }
        for (Lane lane : Lane.values()) {
            forTurn.put(lane, Metrics.WAITED_FOR_TURN.timer(registry, lane));
            forQuota.put(lane, Metrics.WAITED_FOR_QUOTA.timer(registry, lane));
        }
        for (Source source : Source.values()) {
            setAside.put(source, Metrics.SET_ASIDE.counter(registry, source));
        }
        this.negativeReturns = Metrics.NEGATIVE_RETURNS.counter(registry);
        this.repeats = Metrics.REPEATED_ANSWERS.counter(registry);
    }

    /** What is to see the task of a partition that starts. */
    public Observer observer(int partition) {
        return new OfTask(partition, tasks.starts(partition));
    }

    private final class OfTask implements Observer {
        private final int partition;
        private final Census census;

        OfTask(int partition, Census census) {
            this.partition = partition;
            this.census = census;
        }

        @Override
        public void found(Entry entry) {
            census.changed(Optional.empty(), entry);
        }

        @Override
        public void changed(Optional<Entry> known, Entry next) {
            census.changed(known, next);
        }

        @Override
        public void answered(Request request, Answer answer) {
            Metrics.Asked asked = Metrics.Asked.of(request);
            answers.get(asked).get(answer.status()).increment();
            if (request.isCommand() && answer.value() instanceof Value.Whole returned && returned.number() < 0) {
                negativeReturns.increment();
            }
            took.get(asked).record(answer.finishedAtMs() - answer.timing().receivedAtMs(), TimeUnit.MILLISECONDS);
            forTurn.get(request.lane()).record(answer.timing().waitedForTurnMs(), TimeUnit.MILLISECONDS);
            forQuota.get(request.lane()).record(answer.timing().waitedForQuotaMs(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void repeated(Request request) {
            repeats.increment();
        }

        @Override
        public void resting(int devices) {
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
