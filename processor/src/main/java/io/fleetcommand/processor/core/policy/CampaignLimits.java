package io.fleetcommand.processor.core.policy;

/**
 * What a rule of the policy allows campaigns, beside what their requests may be.
 *
 * @param maxDevices the most devices of one campaign
 * @param maxPerMinute the most devices that one campaign may release in a minute
 * @param approvalAbove campaigns of more devices wait for the approval of a second person
 */
public record CampaignLimits(long maxDevices, double maxPerMinute, long approvalAbove) {
    /** Sets no limit. */
    public static final CampaignLimits NONE =
            new CampaignLimits(Long.MAX_VALUE, Double.POSITIVE_INFINITY, Long.MAX_VALUE);
}
