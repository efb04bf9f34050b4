package io.fleetcommand.processor.inventory;

import java.util.concurrent.TimeUnit;

/**
 * A greatest number of requests per minute, evenly spaced, so that no minute holds more. Pure arithmetic in
 * nanoseconds: it never waits. Not thread-safe.
 */
final class RequestPace {
    private final long gapNanos;
    private long nextNanos;

    /** @param nowNanos of the clock that all later times are taken from */
    RequestPace(int maxPerMinute, long nowNanos) {
        this.gapNanos = TimeUnit.MINUTES.toNanos(1) / maxPerMinute;
        this.nextNanos = nowNanos;
    }

    /** How long until the next request may be made; 0 if it may be made now. */
    long nanosToNext(long nowNanos) {
        return Math.max(0, nextNanos - nowNanos);
    }

    void take(long nowNanos) {
        nextNanos = nowNanos + gapNanos;
    }
}
