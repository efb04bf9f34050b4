package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.CoreSamples;
import io.fleetcommand.processor.core.request.Request;
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
    private final Ledger ledger = new Ledger(CoreSamples.policy(), "epoch", () -> 0.5);
    private final Request request = CoreSamples.command("request", "device");

    @Benchmark
    public Step fromReadingToAnswer() {
        LedgerEntry read = entry(ledger.onRequest(Optional.empty(), request, 1, CoreSamples.NOW_MS));
        LedgerEntry claiming = entry(ledger.onPermit(read, CoreSamples.NOW_MS, CoreSamples.NOW_MS));
        LedgerEntry called = entry(ledger.onJournalEvent(
                Optional.of(claiming),
                new JournalEvent.Claimed(request.key(), 1, "epoch", CoreSamples.NOW_MS),
                CoreSamples.NOW_MS));
        return ledger.onJournalEvent(Optional.of(called), CoreSamples.done(request.key()), CoreSamples.NOW_MS);
    }

    private static LedgerEntry entry(Step step) {
        return step.next().orElseThrow();
    }
}
