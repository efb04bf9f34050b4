package io.fleetcommand.processor.core.ledger;

/**
 * How long a request rests after a failed attempt: exponential, with a cap and jitter.
 *
 * @param baseMs the first delay
 * @param factor by how much each further delay is longer; 1 or more
 * @param maxMs the longest delay
 * @param jitter the share of a delay that is left to chance, 0 to 1: spreads those that failed together
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
        double full = Math.min(maxMs, baseMs * Math.pow(factor, Math.max(0, failures - 1)));
        return Math.round(full * (1 - jitter * random));
    }
}
