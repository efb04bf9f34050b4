package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.LedgerSamples;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.ports.Backlog;
import io.fleetcommand.processor.core.ports.CallScheduler;
import io.fleetcommand.processor.core.ports.ParkedDeviceStore;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
public class FairSchedulerBenchmark {
    private static final Backlog NOBODY_BEHIND = new Backlog() {
        @Override
        public Optional<LedgerEntry> find(RequestKey key) {
            return Optional.empty();
        }

        @Override
        public Optional<LedgerEntry> at(QueuePosition position) {
            return Optional.empty();
        }

        @Override
        public List<LedgerEntry> waiting(QueuePosition from, int most) {
            return List.of();
        }
    };

    private static final ParkedDeviceStore NOBODY_PARKED = new ParkedDeviceStore() {
        @Override
        public List<QueuePosition> lines(String deviceId) {
            return List.of();
        }

        @Override
        public void park(String deviceId, List<QueuePosition> lines) {
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
        public void scheduleUnpark(long atMs, QueueKey queue, String deviceId) {
            throw new IllegalStateException("there is room for all");
        }

        @Override
        public void onTimer(long nowMs) {
            // Nobody sleeps.
        }
    };

    @Param({"1000", "100000"})
    private int devices;

    private final CallScheduler scheduler = new FairScheduler(
            NOBODY_BEHIND, NOBODY_PARKED, device -> OptionalLong.empty(), () -> AccessPolicy.NONE, Integer.MAX_VALUE);
    /** Reserves a permit of the first class that is wanted. */
    private final Function<List<QuotaClass>, Optional<Permit>> reserve =
            wanted -> wanted.stream().findFirst().map(first -> new Permit(first, (quotaClass, used) -> {}));

    private final Map<String, LedgerEntry> waiting = new HashMap<>();
    private final Map<String, LedgerEntry> called = new HashMap<>();

    @Setup
    public void fill() {
        for (int number = 0; number < devices; number++) {
            String id = "request-" + number;
            LedgerEntry entry = LedgerSamples.waiting(id, "device-" + number, number);
            waiting.put(id, entry);
            called.put(id, LedgerSamples.called(id, "device-" + number, number));
            scheduler.put(entry, LedgerSamples.NOW_MS);
        }
    }

    @Benchmark
    public String oneTurn() {
        String id = scheduler
                .next(reserve, LedgerSamples.NOW_MS)
                .orElseThrow()
                .key()
                .requestId();
        scheduler.put(called.get(id), LedgerSamples.NOW_MS);
        scheduler.put(waiting.get(id), LedgerSamples.NOW_MS);
        return id;
    }
}
