package io.fleetcommand.processor.core.ledger;

/**
 * Exponential back-off after failed attempts, with a maximum and jitter.
 *
 * @param baseMs the first delay
 * @param factor by which each further delay is longer; 1 or more
 * @param maxMs the longest delay
 * @param jitter the part of a delay that is random, 0 to 1: spreads requests that failed together
 */
public record Backoff(long baseMs, double factor, long maxMs, double jitter) {
    public Backoff {
        if (baseMs < 0 || factor < 1 || maxMs < baseMs || jitter < 0 || jitter > 1) {
            throw new IllegalArgumentException(
                    "back-off of " + baseMs + " ms × " + factor + " up to " + maxMs + " ms, jitter " + jitter);
        }
    }

    /**
     * @param failures how many attempts have failed, from 1
     * @param random a random number from 0 to 1
     */
    public long delayMs(int failures, double random) {
        double fullMs = Math.min(maxMs, baseMs * Math.pow(factor, Math.max(0, failures - 1)));
        return Math.round(fullMs * (1 - jitter * random));
    }
}
