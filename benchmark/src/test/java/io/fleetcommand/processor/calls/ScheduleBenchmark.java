package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.AccessRules;
import io.fleetcommand.processor.core.Agenda;
import io.fleetcommand.processor.core.Backlog;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Parking;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.QueueKey;
import io.fleetcommand.processor.core.RequestKey;
import io.fleetcommand.processor.core.Right;
import io.fleetcommand.processor.core.Samples;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Whose turn it is among many devices that have one command each: the pick, its call, its end and the next command. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScheduleBenchmark {
    private static final Backlog NOBODY_BEHIND = new Backlog() {
        @Override
        public Optional<Entry> find(RequestKey key) {
            return Optional.empty();
        }

        @Override
        public Optional<Entry> at(Place place) {
            return Optional.empty();
        }

        @Override
        public List<Entry> waiting(Place from, int most) {
            return List.of();
        }
    };

    private static final Parking NOBODY_PARKED = new Parking() {
        @Override
        public List<Place> lines(String deviceId) {
            return List.of();
        }

        @Override
        public void park(String deviceId, List<Place> lines) {
            throw new IllegalStateException("there is room for all");
        }

        @Override
        public void unpark(String deviceId) {
            throw new IllegalStateException("nobody is parked");
        }

        @Override
        public int parked() {
            return 0;
        }

        @Override
        public void enqueue(QueueKey queue, String deviceId) {
            throw new IllegalStateException("there is room for all");
        }

        @Override
        public Optional<String> dequeue(QueueKey queue) {
            return Optional.empty();
        }

        @Override
        public boolean isEmpty(QueueKey queue) {
            return true;
        }

        @Override
        public List<QueueKey> queues() {
            return List.of();
        }

        @Override
        public void remind(long atMs, QueueKey queue, String deviceId) {
            throw new IllegalStateException("there is room for all");
        }

        @Override
        public void wake(long nowMs) {
            // Nobody sleeps.
        }
    };

    @Param({"1000", "100000"})
    private int devices;

    private final Agenda schedule = new Schedule(
            NOBODY_BEHIND, NOBODY_PARKED, device -> OptionalLong.empty(), () -> AccessRules.NONE, Integer.MAX_VALUE);
    private final Map<String, Entry> waiting = new HashMap<>();
    private final Map<String, Entry> called = new HashMap<>();

    @Setup
    public void fill() {
        for (int number = 0; number < devices; number++) {
            String id = "request-" + number;
            Entry entry = Samples.waiting(id, "device-" + number, number);
            waiting.put(id, entry);
            called.put(id, Samples.called(id, "device-" + number, number));
            schedule.put(entry, Samples.NOW_MS);
        }
    }

    @Benchmark
    public String oneTurn() {
        String id = schedule.next(Right.of(Lane.NORMAL), Samples.NOW_MS)
                .orElseThrow()
                .key()
                .requestId();
        schedule.put(called.get(id), Samples.NOW_MS);
        schedule.put(waiting.get(id), Samples.NOW_MS);
        return id;
    }
}
