package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.CampaignStanding.PROCESSOR;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestValidator.Fault;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Judges a campaign once, before any child exists. */
final class CampaignAdmission {
    private static final int MAX_SHOWN_FAULTS = 5;

    private CampaignAdmission() {}

    static CampaignStep judge(
            Optional<CampaignState> known, Campaign campaign, List<Fault> faults, CampaignVerdict policy, long nowMs) {
        String digest = CampaignDigest.of(campaign);
        if (known.isPresent() && !known.get().phase().neverBegan()) {
            CampaignState first = known.get();
            return CampaignStep.unchanged(
                    known,
                    new CampaignEffect.Answer(
                            first.digest().equals(digest)
                                    ? CampaignPlan.of(campaign).progress(first, QuotaFacts.AMPLE, nowMs)
                                    : conflict(campaign, first, nowMs)));
        }
        CampaignState fresh = state(campaign, digest, standing(campaign, faults, policy, nowMs));
        CampaignState judged = fresh.with(known.map(CampaignState::publication)
                .orElse(CampaignState.Publication.NONE)
                .changed());
        return judged.phase() == CampaignPhase.DRAFT
                ? CampaignStep.of(
                        judged,
                        new CampaignEffect.ListTarget(),
                        new CampaignEffect.Audit(
                                campaign.requester(), "started campaign " + campaign.id(), campaign.reason(), nowMs))
                : CampaignStep.of(judged);
    }

    private static CampaignStanding standing(
            Campaign campaign, List<Fault> faults, CampaignVerdict policy, long nowMs) {
        if (!faults.isEmpty()) {
            return CampaignStanding.refused(
                    CampaignPhase.INVALID, nowMs, faults.get(0).reason(), words(faults));
        }
        return policy.objection(0, campaign.rollout().peakPerMinute())
                .map(words -> CampaignStanding.refused(CampaignPhase.REJECTED, nowMs, Reason.POLICY, words))
                .orElseGet(() -> CampaignStanding.of(
                        CampaignPhase.DRAFT, nowMs, campaign.requester(), "its target is being listed"));
    }

    private static String words(List<Fault> faults) {
        String shown =
                faults.stream().limit(MAX_SHOWN_FAULTS).map(Fault::detail).collect(Collectors.joining("; "));
        int hidden = faults.size() - MAX_SHOWN_FAULTS;
        return hidden > 0 ? shown + "; and " + hidden + " further faults" : shown;
    }

    private static CampaignState state(Campaign campaign, String digest, CampaignStanding standing) {
        return new CampaignState(
                campaign.id(),
                digest,
                campaign.requester(),
                standing,
                new CampaignState.Targeting(
                        false, 0, campaign.target().limit(), ReleasePosition.START, OptionalLong.empty()),
                CampaignCounts.NONE,
                new CampaignState.Pace(RampState.START, campaign.rollout().maxOpen(), 0),
                StopTally.of(campaign.stopRules().size()),
                List.of(),
                CampaignState.Publication.NONE);
    }

    private static CampaignProgress conflict(Campaign campaign, CampaignState first, long nowMs) {
        return new CampaignProgress(
                campaign.id(),
                campaign.product(),
                CampaignPhase.CONFLICT,
                nowMs,
                PROCESSOR,
                "campaign_id " + campaign.id() + " was used before for another campaign, by "
                        + first.requester() + ", which is " + first.phase() + " and goes on unchanged; give each"
                        + " campaign an id of its own",
                Reason.ID_REUSED,
                Set.of(),
                CampaignCounts.NONE,
                0,
                campaign.rollout().maxOpen(),
                1,
                campaign.rollout().stages().size(),
                ExpectedEnd.UNKNOWN,
                OptionalLong.empty(),
                Optional.empty(),
                campaign.requester(),
                campaign.retryOf(),
                first.publication().sequence(),
                nowMs);
    }
}
