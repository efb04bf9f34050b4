package io.fleetcommand.processor.ops;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the wall clock with the monotonic clock. Kafka Streams commits and runs its timers by the wall clock: set
 * back by an hour, it would do neither for an hour, while appearing to work. So the process ends, and its supervisor
 * restarts it with a clock that only goes forward. Confined to one thread.
 */
public final class ClockWatch {
    /** Interval at which {@link #check} is to be called. */
    public static final Duration INTERVAL = Duration.ofSeconds(2);

    /** Smaller steps only delay commits and timers by as much. */
    private static final Duration MAX_STEP = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final Consumer<Throwable> onFatal;
    private Instant lastTime;
    private long lastNanos;

    /** @param onFatal ends the process */
    public ClockWatch(InstantSource clock, LongSupplier nanoClock, Consumer<Throwable> onFatal) {
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.onFatal = onFatal;
        this.lastTime = clock.instant();
        this.lastNanos = nanoClock.getAsLong();
    }

    /** Compares the progress of both clocks since the last check. */
    public void check() {
        Instant time = clock.instant();
        long nanos = nanoClock.getAsLong();
        Instant expected = lastTime.plusNanos(nanos - lastNanos);
        Duration step = Duration.between(expected, time);
        lastTime = time;
        lastNanos = nanos;
        if (step.compareTo(MAX_STEP.negated()) < 0) {
            onFatal.accept(new IllegalStateException("the wall clock was set back by " + seconds(step.negated())
                    + " s, from " + expected + " to " + time
                    + ": nothing would be committed until it has caught up, so the process ends and is to be started"
                    + " again. Let the clocks of servers be slewed, not stepped"));
        } else if (step.compareTo(MAX_STEP) > 0) {
            LOG.warn(
                    "the wall clock was set forward by {} s, from {} to {}: deadlines and leases end that much earlier",
                    seconds(step),
                    expected,
                    time);
        }
    }

    private static long seconds(Duration step) {
        return TimeUnit.MILLISECONDS.toSeconds(step.toMillis());
    }
}
