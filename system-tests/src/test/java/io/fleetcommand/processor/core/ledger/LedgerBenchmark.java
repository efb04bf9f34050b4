package io.fleetcommand.processor.core.ledger;

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
    private final Ledger ledger = new Ledger(LedgerSamples.policy(), "epoch", () -> 0.5);
    private final Request request = LedgerSamples.command("request", "device");

    @Benchmark
    public Step fromReadingToAnswer() {
        LedgerEntry read = entry(ledger.onRequest(Optional.empty(), request, 1, LedgerSamples.NOW_MS));
        LedgerEntry claiming = entry(ledger.onPermit(read, LedgerSamples.NOW_MS, LedgerSamples.NOW_MS));
        LedgerEntry called = entry(ledger.onJournalEvent(
                Optional.of(claiming),
                new JournalEvent.Claimed(request.key(), 1, "epoch", LedgerSamples.NOW_MS),
                LedgerSamples.NOW_MS));
        return ledger.onJournalEvent(Optional.of(called), LedgerSamples.done(request.key()), LedgerSamples.NOW_MS);
    }

    private static LedgerEntry entry(Step step) {
        return step.next().orElseThrow();
    }
}
