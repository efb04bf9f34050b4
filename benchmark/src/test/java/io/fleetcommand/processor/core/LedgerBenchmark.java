package io.fleetcommand.processor.core;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The rules alone: all four steps of a command that succeeds at once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LedgerBenchmark {
    private final Ledger ledger = new Ledger(Samples.policy(), "epoch", () -> 0.5);
    private final Request request = Samples.command("request", "device");

    @Benchmark
    public Step fromReadingToAnswer() {
        Entry read = entry(ledger.read(Optional.empty(), request, 1, Samples.NOW_MS));
        Entry claiming = entry(ledger.granted(read, Samples.NOW_MS, Samples.NOW_MS));
        Entry called = entry(ledger.told(
                Optional.of(claiming), new Fact.Claimed(request.key(), 1, "epoch", Samples.NOW_MS), Samples.NOW_MS));
        return ledger.told(Optional.of(called), Samples.done(request.key()), Samples.NOW_MS);
    }

    private static Entry entry(Step step) {
        return step.next().orElseThrow();
    }
}
