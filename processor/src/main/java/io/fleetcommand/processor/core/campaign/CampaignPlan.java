package io.fleetcommand.processor.core.campaign;

import java.util.OptionalLong;

/**
 * What follows from a valid campaign's content: its ramp, stages, windows, stop rules and expectation, and what they
 * say of a state.
 */
record CampaignPlan(
        Campaign campaign,
        Ramp ramp,
        Stages stages,
        MaintenanceWindows windows,
        StopRules stops,
        CampaignExpectation expected) {
    static CampaignPlan of(Campaign campaign) {
        return new CampaignPlan(
                campaign,
                new Ramp(campaign.rollout()),
                new Stages(campaign.rollout().stages()),
                MaintenanceWindows.of(campaign.windows()),
                new StopRules(campaign.stopRules(), campaign.expectation()),
                campaign.expectation());
    }

    /** The greatest rate to come: the plan's, or the one that a person has set. */
    double peakPerMinute(CampaignState state) {
        return state.pace().ramp().fixedPerMinute().orElse(campaign.rollout().peakPerMinute());
    }

    /** How many devices may be released now by everything but the quota. */
    long releasable(CampaignState state) {
        CampaignCounts counts = state.counts();
        long places = state.pace().maxOpen() - counts.holdingPlaces();
        long inStage = stages.ceiling(state.pace().stage(), counts.targeted()) - counts.released();
        return Math.max(0, Math.min(Math.min(state.pace().ramp().due(), places), inStage));
    }

    CampaignProgress progress(CampaignState state, QuotaFacts quota, long nowMs) {
        CampaignStanding standing = state.standing();
        boolean releasing =
                standing.phase() == CampaignPhase.RUNNING && state.counts().notReleased() > 0;
        OptionalLong inventory = state.targeting().inventoryAtMs();
        return new CampaignProgress(
                campaign.id(),
                campaign.product(),
                standing.phase(),
                standing.sinceMs(),
                standing.by(),
                standing.why(),
                standing.reason(),
                standing.pauses(),
                state.counts(),
                releasing ? ramp.perMinute(state.pace().ramp(), state.counts().successes()) : 0,
                state.pace().maxOpen(),
                state.pace().stage() + 1,
                stages.count(),
                expectedEnd(state, quota, nowMs),
                inventory.isPresent()
                        ? OptionalLong.of(Math.max(0, nowMs - inventory.getAsLong()))
                        : OptionalLong.empty(),
                state.stops().fired(),
                campaign.requester(),
                campaign.retryOf(),
                state.publication().sequence(),
                nowMs);
    }

    /** Empty while a person must act first. Stages are taken to pass without a wait. */
    private ExpectedEnd expectedEnd(CampaignState state, QuotaFacts quota, long nowMs) {
        CampaignStanding standing = state.standing();
        boolean waitsForPerson = standing.pauses().stream().anyMatch(cause -> cause != CampaignPause.WINDOW);
        if (!standing.phase().isActive() || waitsForPerson || campaign.isContinuous()) {
            return ExpectedEnd.UNKNOWN;
        }
        CampaignCounts counts = state.counts();
        double neededMs =
                ramp.forecastMs(state.pace().ramp(), counts.notReleased(), counts.successes(), quota.callsPerMinute());
        return ExpectedEnd.of(
                Math.max(nowMs, campaign.notBeforeMs()), neededMs, campaign.childTtlMs(), windows, campaign.endsAtMs());
    }
}
