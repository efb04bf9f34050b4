package io.fleetcommand.processor.core.ledger;

/**
 * How long to wait after consecutive failures. The arithmetic is passed in, because the rules depend on no library.
 * Pure.
 */
@FunctionalInterface
public interface RetryDelay {
    /**
     * @param failures consecutive failures, from 1
     * @param random a random number from 0, for the whole delay, to 1, for the shortest
     */
    long delayMs(int failures, double random);

    /** The longest delay. */
    default long maxMs() {
        return delayMs(Integer.MAX_VALUE, 0);
    }
}
