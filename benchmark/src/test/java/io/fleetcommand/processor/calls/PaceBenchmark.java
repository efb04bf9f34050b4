package io.fleetcommand.processor.calls;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The limit's arithmetic: one call granted, with the time that it takes to fill in. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PaceBenchmark {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(300);
    private static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    private final Pace pace = new Pace(10_000, WINDOW_NANOS, 0);
    private long nowNanos;

    @Benchmark
    public int oneCallGranted() {
        nowNanos += GAP_NANOS;
        int available = pace.available(nowNanos);
        pace.take();
        return available;
    }
}
