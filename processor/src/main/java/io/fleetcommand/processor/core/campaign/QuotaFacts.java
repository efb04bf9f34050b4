package io.fleetcommand.processor.core.campaign;

/**
 * What the quota leaves to a campaign now.
 *
 * @param callsPerMinute how many calls of its priority can be made
 * @param room how many further children the request topics take at once
 */
public record QuotaFacts(double callsPerMinute, long room) {
    /** The quota does not matter. */
    public static final QuotaFacts AMPLE = new QuotaFacts(Double.POSITIVE_INFINITY, Long.MAX_VALUE);
}
