package io.fleetcommand.service;

import java.time.Duration;

/**
 * Exponential back-off after consecutive failures, with a maximum and jitter. Immutable.
 *
 * @param baseMs the delay after the first failure
 * @param factor by which each further delay is longer; 1 or more
 * @param maxMs the longest delay
 * @param jitter the part of a delay that is random, 0 to 1: spreads retries of what failed together
 */
public record Backoff(long baseMs, double factor, long maxMs, double jitter) {
    public Backoff {
        if (baseMs < 0 || factor < 1 || maxMs < baseMs || jitter < 0 || jitter > 1) {
            throw new IllegalArgumentException(
                    "back-off of " + baseMs + " ms × " + factor + " up to " + maxMs + " ms, jitter " + jitter);
        }
    }

    /** A back-off whose delays double, without jitter. */
    public static Backoff doubling(Duration base, Duration max) {
        return new Backoff(base.toMillis(), 2, max.toMillis(), 0);
    }

    /**
     * @param failures consecutive failures, from 1
     * @param random a random number from 0, for the whole delay, to 1, for the shortest
     */
    public long delayMs(int failures, double random) {
        double fullMs = Math.min(maxMs, baseMs * Math.pow(factor, Math.max(0, failures - 1)));
        return Math.round(fullMs * (1 - jitter * random));
    }

    /**
     * @param failures consecutive failures, from 1
     * @param random a random number from 0, for the whole delay, to 1, for the shortest
     */
    public Duration delay(int failures, double random) {
        return Duration.ofMillis(delayMs(failures, random));
    }

    /**
     * The whole delay, without jitter.
     *
     * @param failures consecutive failures, from 1
     */
    public Duration delay(int failures) {
        return delay(failures, 0);
    }
}
