package io.fleetcommand.processor.core;

/**
 * The largest part of the quota that all that one rule allows may take.
 *
 * @param rule its name
 * @param percent of what may be called in a window, 1 to 99
 */
public record Ceiling(String rule, int percent) {
    public Ceiling {
        if (percent < 1 || percent > 99) {
            throw new IllegalArgumentException(percent + " % of the quota is no ceiling");
        }
    }
}
