package io.fleetcommand.processor.core.request;

/**
 * The limits for requests at intake.
 *
 * @param maxTtlMs the longest time from the reading of a request to its deadline
 * @param maxOpen how many requests of one topic and priority a task holds open
 */
public record IntakeLimits(long maxTtlMs, int maxOpen) {
    public IntakeLimits {
        if (maxTtlMs <= 0 || maxOpen <= 0) {
            throw new IllegalArgumentException("all limits must be above 0");
        }
    }
}
