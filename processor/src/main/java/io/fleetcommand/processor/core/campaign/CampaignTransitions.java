package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.CampaignStanding.PROCESSOR;

import io.fleetcommand.processor.core.campaign.CampaignRollout.Gate;
import io.fleetcommand.processor.core.request.Reason;
import java.util.Optional;
import java.util.Set;

/** The changes of a campaign's phase that follow from time, counts and policy. */
final class CampaignTransitions {
    private CampaignTransitions() {}

    /** RUNNING, or SCHEDULED before its time. */
    static CampaignPhase activePhase(CampaignPlan plan, long nowMs) {
        return nowMs < plan.campaign().notBeforeMs() ? CampaignPhase.SCHEDULED : CampaignPhase.RUNNING;
    }

    /** Every change that is due, until the campaign may release, or may not. */
    static CampaignState due(CampaignPlan plan, CampaignState state, CampaignVerdict policy, long nowMs) {
        CampaignState after = expired(plan, ended(plan, state, nowMs), nowMs);
        after = forbidden(plan, after, policy, nowMs);
        after = scheduled(plan, after, nowMs);
        after = windowed(plan, after, nowMs);
        return staged(plan, after, nowMs);
    }

    /** Stops a campaign: no further child is released. It ends once no child is open. */
    static CampaignState stopping(
            CampaignState state, CampaignPhase ending, boolean cancelling, long nowMs, String by, String why) {
        return state.with(CampaignStanding.stopping(ending, cancelling, nowMs, by, why));
    }

    /** Ends a campaign that has no open child and will have none. */
    static CampaignState ended(CampaignPlan plan, CampaignState state, long nowMs) {
        CampaignCounts counts = state.counts();
        CampaignStanding standing = state.standing();
        if (counts.open() > 0) {
            return state;
        }
        if (standing.phase() == CampaignPhase.STOPPING) {
            CampaignPhase ending = standing.ending().orElseThrow();
            return state.with(CampaignStanding.of(
                    ending == CampaignPhase.COMPLETED ? completion(counts) : ending,
                    nowMs,
                    standing.by(),
                    standing.why()));
        }
        boolean through = standing.phase().isActive() && counts.notReleased() == 0 && counts.released() > 0;
        return through && !plan.campaign().isContinuous()
                ? state.with(CampaignStanding.of(completion(counts), nowMs, PROCESSOR, "every device was tried"))
                : state;
    }

    private static CampaignPhase completion(CampaignCounts counts) {
        return counts.successes() == counts.targeted() ? CampaignPhase.COMPLETED : CampaignPhase.INCOMPLETE;
    }

    private static CampaignState expired(CampaignPlan plan, CampaignState state, long nowMs) {
        Campaign campaign = plan.campaign();
        boolean due =
                campaign.endsAtMs().isPresent() && nowMs >= campaign.endsAtMs().getAsLong();
        boolean draft = state.phase() == CampaignPhase.DRAFT;
        if (!due || !(draft || state.phase().isActive())) {
            return state;
        }
        boolean cancels = campaign.endBehaviour() == Campaign.EndBehaviour.CANCEL_OPEN;
        boolean through = state.counts().notReleased() == 0 && state.counts().released() > 0;
        if (through && !cancels && !campaign.isContinuous()) {
            // Nothing is left to stop: the open children end by themselves.
            return state;
        }
        CampaignPhase ending =
                through && campaign.isContinuous() && !cancels ? CampaignPhase.COMPLETED : CampaignPhase.EXPIRED;
        return ended(plan, stopping(state, ending, cancels, nowMs, PROCESSOR, "its ends_at has passed"), nowMs);
    }

    private static CampaignState forbidden(CampaignPlan plan, CampaignState state, CampaignVerdict policy, long nowMs) {
        boolean draft = state.phase() == CampaignPhase.DRAFT;
        boolean paused = state.standing().pauses().contains(CampaignPause.POLICY);
        if (paused || !(draft || state.phase().isActive())) {
            return state;
        }
        Optional<String> objection = policy.objection(state.counts().targeted(), plan.peakPerMinute(state));
        if (objection.isEmpty()) {
            return state;
        }
        return state.with(
                draft
                        ? CampaignStanding.refused(CampaignPhase.REJECTED, nowMs, Reason.POLICY, objection.get())
                        : state.standing()
                                .pausing(
                                        CampaignPause.POLICY,
                                        nowMs,
                                        PROCESSOR,
                                        "the policy no longer allows it: " + objection.get()));
    }

    private static CampaignState scheduled(CampaignPlan plan, CampaignState state, long nowMs) {
        boolean begins = state.phase() == CampaignPhase.SCHEDULED && activePhase(plan, nowMs) == CampaignPhase.RUNNING;
        return begins
                ? state.with(CampaignStanding.of(CampaignPhase.RUNNING, nowMs, PROCESSOR, "its not_before has come"))
                : state;
    }

    private static CampaignState windowed(CampaignPlan plan, CampaignState state, long nowMs) {
        CampaignStanding standing = state.standing();
        boolean paused = standing.pauses().contains(CampaignPause.WINDOW);
        boolean releases = standing.phase() == CampaignPhase.RUNNING || standing.phase() == CampaignPhase.PAUSED;
        boolean open = plan.windows().isOpen(nowMs);
        if (releases && !paused && !open) {
            return state.with(standing.pausing(CampaignPause.WINDOW, nowMs, PROCESSOR, CampaignPause.WINDOW.words()));
        }
        return paused && open
                ? state.with(standing.resuming(
                        Set.of(CampaignPause.WINDOW),
                        activePhase(plan, nowMs),
                        nowMs,
                        PROCESSOR,
                        "a window has opened"))
                : state;
    }

    private static CampaignState staged(CampaignPlan plan, CampaignState state, long nowMs) {
        CampaignState after = state;
        while (after.phase() == CampaignPhase.RUNNING
                && plan.stages().isOver(after.pace().stage(), after.counts())) {
            after = plan.stages().gate(after.pace().stage()) == Gate.GO_ON
                    ? after.with(after.pace().nextStage())
                    : after.with(after.standing()
                            .pausing(
                                    CampaignPause.GATE,
                                    nowMs,
                                    PROCESSOR,
                                    "stage " + (after.pace().stage() + 1) + " is over"));
        }
        return after;
    }
}
