package io.fleetcommand.processor.core.campaign;

/**
 * The settings that bound campaigns.
 *
 * @param maxTtlMs the longest time that a child may have
 * @param retentionMs how long ended campaigns are remembered; an older record must not start its campaign once more
 */
public record CampaignBounds(long maxTtlMs, long retentionMs) {
    /** Ninety days. */
    public static final long DEFAULT_RETENTION_MS = 90L * 24 * 3_600_000;

    public CampaignBounds {
        if (maxTtlMs <= 0 || retentionMs <= 0) {
            throw new IllegalArgumentException("all times must be above 0");
        }
    }
}
