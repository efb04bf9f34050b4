package io.fleetcommand.processor.core.policy;

/**
 * Caps the part of the quota for all calls that one rule allows.
 *
 * @param rule the name of the rule
 * @param percent of the calls that are allowed in a window, 1 to 99
 */
public record RateCap(String rule, int percent) {
    public RateCap {
        if (percent < 1 || percent > 99) {
            throw new IllegalArgumentException(percent + " % of the quota is no rate cap");
        }
    }
}
