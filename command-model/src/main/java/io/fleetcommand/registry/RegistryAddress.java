package io.fleetcommand.registry;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * One registry's address. After a failure it backs off: longer after each that follows, and for several times as long as
 * the failed call took, so that a registry that hangs costs its callers a small part of their time. Thread-safe.
 */
final class RegistryAddress {
    private static final long FIRST_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long MAX_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_DOUBLINGS = 3;
    private static final int TIMES_ITS_CALL = 5;

    private final String url;
    private final LongSupplier nanoClock;
    private final DoubleSupplier random;
    private int failures;
    private long backsOffUntilNanos;

    /** @param random from 0 to 1, by which instances that failed together do not come back together */
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

    /** @param tookNanos how long it took to fail */
    synchronized void failed(long tookNanos) {
        long byCount = FIRST_BACKOFF_NANOS << Math.min(MAX_DOUBLINGS, failures);
        long longest = Math.min(MAX_BACKOFF_NANOS, Math.max(byCount, TIMES_ITS_CALL * tookNanos));
        failures++;
        backsOffUntilNanos = nanoClock.getAsLong() + (long) (longest * (0.5 + random.getAsDouble() / 2));
    }
}
