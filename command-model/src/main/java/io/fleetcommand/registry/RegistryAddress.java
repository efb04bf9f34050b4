package io.fleetcommand.registry;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * One address of a registry. After a failure it backs off: longer after each consecutive failure, and for a multiple of
 * the duration of the failed call, so that a hanging registry blocks its callers for a small part of their time.
 * Thread-safe.
 */
final class RegistryAddress {
    private static final long FIRST_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long MAX_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_DOUBLINGS = 3;
    private static final int CALL_TIME_FACTOR = 5;

    private final String url;
    private final LongSupplier nanoClock;
    private final DoubleSupplier random;
    private int failures;
    private long backsOffUntilNanos;

    /** @param random numbers from 0 to 1, for jitter */
    RegistryAddress(String url, LongSupplier nanoClock, DoubleSupplier random) {
        this.url = url;
        this.nanoClock = nanoClock;
        this.random = random;
    }

    String url() {
        return url;
    }

    synchronized boolean backsOff() {
        return failures > 0 && nanoClock.getAsLong() - backsOffUntilNanos < 0;
    }

    synchronized void succeeded() {
        failures = 0;
    }

    /** @param tookNanos duration of the failed call */
    synchronized void failed(long tookNanos) {
        long byCountNanos = FIRST_BACKOFF_NANOS << Math.min(MAX_DOUBLINGS, failures);
        long maxNanos = Math.min(MAX_BACKOFF_NANOS, Math.max(byCountNanos, CALL_TIME_FACTOR * tookNanos));
        failures++;
        backsOffUntilNanos = nanoClock.getAsLong() + (long) (maxNanos * (0.5 + random.getAsDouble() / 2));
    }
}
