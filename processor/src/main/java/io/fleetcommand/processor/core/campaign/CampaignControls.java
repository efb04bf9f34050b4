package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.campaign.CampaignControl.Kind;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestValidator.Fault;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** What people may ask of a campaign, and when. */
final class CampaignControls {
    private final CampaignPlan plan;

    CampaignControls(CampaignPlan plan) {
        this.plan = plan;
    }

    CampaignStep onControl(CampaignState state, CampaignControl control, CampaignVerdict policy, long nowMs) {
        if (state.controlIds().contains(control.controlId())) {
            return CampaignStep.unchanged(Optional.of(state));
        }
        Optional<Fault> fault = ControlValidator.fault(control)
                .or(() -> refusal(state, control))
                .or(() -> deniedBy(state, control, policy));
        if (fault.isPresent()) {
            return CampaignStep.unchanged(
                    Optional.of(state),
                    new CampaignEffect.Refuse(
                            control, fault.get().reason(), fault.get().detail()));
        }
        CampaignState done = CampaignTransitions.ended(plan, carriedOut(state, control, nowMs), nowMs);
        return CampaignStep.after(
                state,
                done.having(control),
                List.of(new CampaignEffect.Audit(
                        control.actor(), control.kind() + " campaign " + state.campaignId(), control.reason(), nowMs)));
    }

    /** Why the campaign's phase does not allow it. */
    private static Optional<Fault> refusal(CampaignState state, CampaignControl control) {
        CampaignPhase phase = state.phase();
        Set<CampaignPause> pauses = state.standing().pauses();
        if (phase.isEnd()) {
            return refused("the campaign has ended: it is " + phase);
        }
        return switch (control.kind()) {
            case APPROVE ->
                phase == CampaignPhase.DRAFT && state.targeting().listed()
                        ? Optional.empty()
                        : refused("the campaign does not wait for approval: it is " + phase);
            case GO_ON -> gateRefusal(state, control);
            case PAUSE -> {
                if (pauses.contains(CampaignPause.PERSON)) {
                    yield refused("the campaign is paused by a person already");
                }
                yield phase.isActive() ? Optional.empty() : refused("the campaign does not run: it is " + phase);
            }
            case RESUME ->
                pauses.stream().anyMatch(CampaignPause::isResumable)
                        ? Optional.empty()
                        : refused("nothing is there that RESUME ends: the campaign is " + phase
                                + (pauses.isEmpty() ? "" : " by " + pauses));
            case CANCEL ->
                phase != CampaignPhase.STOPPING
                                || (control.cancelOpen() && !state.standing().cancelling())
                        ? Optional.empty()
                        : refused("the campaign is ending already");
            case SET -> phase == CampaignPhase.STOPPING ? refused("the campaign is ending already") : Optional.empty();
        };
    }

    private static Optional<Fault> gateRefusal(CampaignState state, CampaignControl control) {
        if (!state.standing().pauses().contains(CampaignPause.GATE)) {
            return refused("the campaign does not wait at the end of a stage: it is " + state.phase());
        }
        int stage = state.pace().stage() + 1;
        return control.stage().isPresent() && control.stage().getAsInt() != stage
                ? refused("the campaign waits at the end of stage " + stage + ", not of stage "
                        + control.stage().getAsInt())
                : Optional.empty();
    }

    /** Why the policy, or the rule of two persons, does not allow it. */
    private Optional<Fault> deniedBy(CampaignState state, CampaignControl control, CampaignVerdict policy) {
        boolean own = isRequester(control.actor());
        if (control.kind() == Kind.APPROVE && own) {
            return denied("a campaign is not approved by its own requester, "
                    + plan.campaign().requester());
        }
        boolean continues = control.kind() == Kind.APPROVE || control.kind() == Kind.RESUME;
        if (!continues && control.kind() != Kind.SET) {
            return Optional.empty();
        }
        long targeted = targeted(state, control);
        boolean more = targeted > state.counts().targeted();
        if (more && own && policy.needsApproval(targeted)) {
            return denied("a limit by which " + targeted + " devices are meant is set by a second person, not by the"
                    + " campaign's own requester");
        }
        double perMinute = control.perMinute().orElse(plan.peakPerMinute(state));
        boolean faster = control.perMinute().isPresent();
        return continues || more || faster
                ? policy.objection(targeted, perMinute)
                        .flatMap(words -> denied("the policy does not allow it: " + words))
                : Optional.empty();
    }

    /** A claim, like all names in records: Kafka's ACLs say who may write controls at all. */
    private boolean isRequester(String actor) {
        String requester = plan.campaign().requester();
        return actor.strip().toLowerCase(Locale.ROOT).equals(requester.strip().toLowerCase(Locale.ROOT));
    }

    private static long targeted(CampaignState state, CampaignControl control) {
        return control.limit().isPresent()
                ? state.with(state.targeting().limitedTo(control.limit().getAsInt()))
                        .counts()
                        .targeted()
                : state.counts().targeted();
    }

    private CampaignState carriedOut(CampaignState state, CampaignControl control, long nowMs) {
        CampaignStanding standing = state.standing();
        String by = control.actor();
        String why = control.reason();
        return switch (control.kind()) {
            case APPROVE ->
                state.with(CampaignStanding.of(CampaignTransitions.activePhase(plan, nowMs), nowMs, by, why));
            case GO_ON ->
                state.with(standing.resuming(
                                Set.of(CampaignPause.GATE),
                                CampaignTransitions.activePhase(plan, nowMs),
                                nowMs,
                                by,
                                why))
                        .with(state.pace().nextStage());
            case PAUSE -> state.with(standing.pausing(CampaignPause.PERSON, nowMs, by, why));
            case RESUME -> resumed(state, by, why, nowMs);
            case CANCEL ->
                standing.phase() == CampaignPhase.STOPPING
                        ? state.with(standing.cancellingOpen(by, why))
                        : CampaignTransitions.stopping(
                                state, CampaignPhase.CANCELLED, control.cancelOpen(), nowMs, by, why);
            case SET -> set(state, control);
        };
    }

    private CampaignState resumed(CampaignState state, String by, String why, long nowMs) {
        Set<CampaignPause> resumable = EnumSet.of(CampaignPause.PERSON, CampaignPause.POLICY, CampaignPause.RULE);
        CampaignState resumed = state.with(
                state.standing().resuming(resumable, CampaignTransitions.activePhase(plan, nowMs), nowMs, by, why));
        return state.standing().pauses().contains(CampaignPause.RULE)
                ? resumed.with(
                        plan.stops().acknowledged(state.stops(), state.counts().allEnded()))
                : resumed;
    }

    private static CampaignState set(CampaignState state, CampaignControl control) {
        CampaignState after = state;
        OptionalDouble perMinute = control.perMinute();
        if (perMinute.isPresent()) {
            after = after.with(after.pace().ramp().at(perMinute.getAsDouble()));
        }
        if (control.maxOpen().isPresent()) {
            after = after.with(after.pace().opening(control.maxOpen().getAsInt()));
        }
        if (control.limit().isPresent()) {
            after = after.with(after.targeting().limitedTo(control.limit().getAsInt()));
        }
        return after;
    }

    private static Optional<Fault> refused(String words) {
        return Optional.of(new Fault(Reason.REFUSED, words));
    }

    private static Optional<Fault> denied(String words) {
        return Optional.of(new Fault(Reason.POLICY, words));
    }
}
