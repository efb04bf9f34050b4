package io.fleetcommand.processor.quota;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The limit's arithmetic: one call granted, with the time that it takes to fill in. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RateBucketBenchmark {
    private static final double PER_NANO = 33.0 / TimeUnit.SECONDS.toNanos(1);
    private static final double CAPACITY = 100;
    private static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    private final RateBucket bucket = new RateBucket(0);
    private long nowNanos;

    @Setup
    public void resize() {
        bucket.resize(PER_NANO, CAPACITY, 0);
    }

    @Benchmark
    public double oneCallGranted() {
        nowNanos += GAP_NANOS;
        double level = bucket.level(nowNanos);
        bucket.take();
        return level;
    }
}
