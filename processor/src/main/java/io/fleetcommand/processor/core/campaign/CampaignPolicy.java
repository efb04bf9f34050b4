package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.policy.AccessPolicy;
import java.util.Objects;
import java.util.Optional;

/**
 * Judges campaigns by the rules for the topic that they are read from. The first rule that allows what each device is
 * asked applies, with its limits for campaigns. Children are judged by the same rule.
 *
 * @param topic the topic of campaigns
 */
public record CampaignPolicy(AccessPolicy policy, String topic) {
    public CampaignPolicy {
        Objects.requireNonNull(policy);
        Objects.requireNonNull(topic);
    }

    public CampaignVerdict judge(Campaign campaign) {
        AccessPolicy.Decision decision =
                policy.decide(topic, campaign.product(), campaign.action(), campaign.priority());
        return decision.allowedBy()
                .map(rule -> new CampaignVerdict(Optional.of(rule.campaigns()), rule.name()))
                .orElseGet(() -> new CampaignVerdict(Optional.empty(), decision.detail(topic)));
    }
}
