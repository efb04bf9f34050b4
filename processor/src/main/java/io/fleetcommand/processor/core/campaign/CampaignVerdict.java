package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.policy.CampaignLimits;
import java.util.Objects;
import java.util.Optional;

/**
 * What the policy says of a campaign's requests. It does not depend on numbers, so it may be kept while the policy is
 * the same; the numbers are held against its limits each time.
 *
 * @param limits of the rule that allows them; empty if none does
 * @param words the rule's name, or why no rule allows them
 */
public record CampaignVerdict(Optional<CampaignLimits> limits, String words) {
    public CampaignVerdict {
        Objects.requireNonNull(limits);
        Objects.requireNonNull(words);
    }

    /** Why a campaign of so many devices, at a rate, is not allowed; empty if it is. */
    Optional<String> objection(long devices, double perMinute) {
        if (limits.isEmpty()) {
            return Optional.of(words);
        }
        CampaignLimits most = limits.get();
        if (devices > most.maxDevices()) {
            return Optional.of("it is for " + devices + " devices; rule " + words + " allows " + most.maxDevices());
        }
        return perMinute > most.maxPerMinute()
                ? Optional.of("it releases up to " + perMinute + " devices a minute; rule " + words + " allows "
                        + most.maxPerMinute())
                : Optional.empty();
    }

    /** Whether a campaign of so many devices waits for the approval of a second person. */
    boolean needsApproval(long devices) {
        return limits.isPresent() && devices > limits.get().approvalAbove();
    }
}
