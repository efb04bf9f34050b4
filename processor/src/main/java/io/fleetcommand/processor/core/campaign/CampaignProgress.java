package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Reason;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Where a campaign stands, for everyone. The fields are documented in the published {@code CampaignProgress}.
 *
 * @param stage from 1; one above {@code stages} after the last
 * @param inventoryAgeMs empty where no inventory was used
 */
public record CampaignProgress(
        String campaignId,
        String product,
        CampaignPhase phase,
        long sinceMs,
        String by,
        String why,
        Reason reason,
        Set<CampaignPause> pauses,
        CampaignCounts counts,
        double perMinute,
        int maxOpen,
        int stage,
        int stages,
        ExpectedEnd expectedEnd,
        OptionalLong inventoryAgeMs,
        Optional<FiredRule> fired,
        String requester,
        String retryOf,
        long sequence,
        long atMs) {
    public CampaignProgress {
        Objects.requireNonNull(campaignId);
        Objects.requireNonNull(product);
        Objects.requireNonNull(phase);
        Objects.requireNonNull(by);
        Objects.requireNonNull(why);
        Objects.requireNonNull(reason);
        pauses = Set.copyOf(pauses);
        Objects.requireNonNull(counts);
        Objects.requireNonNull(expectedEnd);
        Objects.requireNonNull(inventoryAgeMs);
        Objects.requireNonNull(fired);
        Objects.requireNonNull(requester);
        Objects.requireNonNull(retryOf);
    }
}
