package io.fleetcommand.processor.core.policy;

/**
 * The largest part of the quota that all that one rule allows may take.
 *
 * @param rule its name
 * @param percent of what may be called in a window, 1 to 99
 */
public record RateCap(String rule, int percent) {
    public RateCap {
        if (percent < 1 || percent > 99) {
            throw new IllegalArgumentException(percent + " % of the quota is no ceiling");
        }
    }
}
