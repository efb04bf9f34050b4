package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.CampaignStanding.PROCESSOR;

import io.fleetcommand.processor.core.campaign.StopRule.StopAction;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestValidator.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rules of one campaign: from its state and an input to the next state and effects. Pure: no clock, no I/O. The
 * caller stores each next state, the children's states and the release of children in one commit, and asks {@link
 * #onTick} at least every two seconds while the campaign has not ended.
 */
public final class CampaignRules {
    private final CampaignPlan plan;
    private final CampaignControls controls;

    /** @param campaign a valid one */
    public CampaignRules(Campaign campaign) {
        this.plan = CampaignPlan.of(campaign);
        this.controls = new CampaignControls(plan);
    }

    /**
     * A campaign was read. The same one again changes nothing; one that never began may be replaced.
     *
     * @param known the state of the campaign of this id, if there is one
     * @param faults why the campaign is invalid; none if it is valid
     */
    public static CampaignStep onCampaign(
            Optional<CampaignState> known, Campaign campaign, List<Fault> faults, CampaignVerdict policy, long nowMs) {
        return CampaignAdmission.judge(known, campaign, faults, policy, nowMs);
    }

    /** A control was read for a campaign that is not known. */
    public static CampaignEffect onControlOfUnknown(CampaignControl control) {
        return new CampaignEffect.Refuse(
                control, Reason.REFUSED, "there is no campaign " + control.campaignId() + ", or it is forgotten");
    }

    /** Whether an ended campaign's id may be forgotten. */
    public static boolean isForgettable(CampaignState state, long nowMs, long retentionMs) {
        return state.phase().isEnd()
                && !state.isPublicationPending()
                && nowMs - state.standing().sinceMs() >= retentionMs;
    }

    /**
     * The devices of the target were listed: for the first time, or, of a continuous campaign, again.
     *
     * @param more devices that match and were not listed before
     * @param inventoryAtMs when the inventory was made; empty if none was used
     */
    public CampaignStep onTargetListed(
            CampaignState state, long more, OptionalLong inventoryAtMs, CampaignVerdict policy, long nowMs) {
        boolean again = state.targeting().listed();
        boolean ends = state.phase().isEnd() || state.phase() == CampaignPhase.STOPPING;
        if (ends || (again && !plan.campaign().isContinuous())) {
            return CampaignStep.unchanged(Optional.of(state));
        }
        CampaignState listed = state.with(state.targeting().listing(more, inventoryAtMs));
        return CampaignStep.after(state, again ? listed : begun(listed, policy, nowMs), List.of());
    }

    private CampaignState begun(CampaignState listed, CampaignVerdict policy, long nowMs) {
        long devices = listed.counts().targeted();
        if (devices == 0 && !plan.campaign().isContinuous()) {
            return listed.with(CampaignStanding.refused(
                    CampaignPhase.INVALID, nowMs, Reason.MISSING_FIELD, "the target is empty: no device matches it"));
        }
        Optional<String> objection = policy.objection(devices, plan.peakPerMinute(listed));
        if (objection.isPresent()) {
            return listed.with(CampaignStanding.refused(CampaignPhase.REJECTED, nowMs, Reason.POLICY, objection.get()));
        }
        if (policy.needsApproval(devices)) {
            return listed.with(CampaignStanding.of(
                    CampaignPhase.DRAFT,
                    listed.standing().sinceMs(),
                    PROCESSOR,
                    "waits for the approval of a second person: " + devices + " devices"));
        }
        return listed.with(CampaignStanding.of(
                CampaignTransitions.activePhase(plan, nowMs),
                nowMs,
                plan.campaign().requester(),
                plan.campaign().reason()));
    }

    /** A control was read. What cannot be done is refused, and changes nothing. */
    public CampaignStep onControl(CampaignState state, CampaignControl control, CampaignVerdict policy, long nowMs) {
        return controls.onControl(state, control, policy, nowMs);
    }

    /**
     * Something happened to a child. Repeated, older and unknown events change nothing.
     *
     * @param known the child's state; empty if the device has no child
     */
    public CampaignStep.OfChild onChild(CampaignState state, Optional<ChildState> known, ChildEvent event, long nowMs) {
        Optional<ChildState> next = known.flatMap(child -> child.after(event));
        if (next.isEmpty()) {
            return new CampaignStep.OfChild(known, CampaignStep.unchanged(Optional.of(state)));
        }
        CampaignState counted = state.with(state.counts().moving(known.orElseThrow(), next.get(), plan.expected()));
        CampaignState after = next.get()
                .end()
                .map(end -> stoppedByRule(counted.with(plan.stops().counting(counted.stops(), end)), nowMs))
                .orElse(counted);
        return new CampaignStep.OfChild(
                next, CampaignStep.after(state, CampaignTransitions.ended(plan, after, nowMs), List.of()));
    }

    private CampaignState stoppedByRule(CampaignState state, long nowMs) {
        if (!state.phase().isActive()) {
            return state;
        }
        Optional<FiredRule> rule =
                plan.stops().applying(state.stops(), state.counts().allEnded(), nowMs);
        boolean paused = state.standing().pauses().contains(CampaignPause.RULE);
        if (rule.isEmpty() || (paused && rule.get().action() == StopAction.PAUSE)) {
            return state;
        }
        CampaignState fired =
                state.with(new StopTally(state.stops().matched(), state.stops().notBelow(), rule));
        return rule.get().action() == StopAction.ABORT
                ? CampaignTransitions.stopping(
                        fired,
                        CampaignPhase.ABORTED,
                        true,
                        nowMs,
                        PROCESSOR,
                        rule.get().words())
                : fired.with(fired.standing()
                        .pausing(
                                CampaignPause.RULE, nowMs, PROCESSOR, rule.get().words()));
    }

    /** Time has passed, or the policy has changed. May ask for the release of children. */
    public CampaignStep onTick(CampaignState state, CampaignVerdict policy, QuotaFacts quota, long nowMs) {
        CampaignState after = state;
        List<CampaignEffect> effects = new ArrayList<>();
        if (!state.phase().isEnd()) {
            after = CampaignTransitions.due(plan, state, policy, nowMs);
            if (after.phase() == CampaignPhase.RUNNING) {
                after = after.with(plan.ramp()
                        .credited(after.pace().ramp(), nowMs, after.counts().successes()));
                long devices = Math.min(quota.room(), plan.releasable(after));
                if (devices > 0) {
                    effects.add(new CampaignEffect.Release(devices));
                }
            }
        }
        return published(CampaignStep.after(state, after, effects), quota, nowMs);
    }

    private CampaignStep published(CampaignStep step, QuotaFacts quota, long nowMs) {
        CampaignState state = step.next().orElseThrow();
        if (!state.publication().isDue(nowMs)) {
            return step;
        }
        List<CampaignEffect> effects = new ArrayList<>(step.effects());
        effects.add(new CampaignEffect.Publish(plan.progress(state, quota, nowMs)));
        return new CampaignStep(Optional.of(state.with(state.publication().published(nowMs))), effects);
    }

    /**
     * Children were released, at most as many as {@link CampaignEffect.Release} allowed. Belongs to the same commit.
     *
     * @param position of the last of them
     */
    public CampaignState onReleased(CampaignState state, long devices, ReleasePosition position) {
        if (position.compareTo(state.targeting().cursor()) <= 0) {
            throw new IllegalArgumentException("released to " + position + ", which is not behind "
                    + state.targeting().cursor());
        }
        return state.with(state.counts().releasing(devices))
                .with(state.pace().ramp().releasing(devices))
                .releasedTo(position)
                .with(state.publication().changed());
    }

    /** Where the campaign stands, for whoever asks now. */
    public CampaignProgress progress(CampaignState state, QuotaFacts quota, long nowMs) {
        return plan.progress(state, quota, nowMs);
    }
}
