package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.Campaigns.NOW;

import io.fleetcommand.processor.core.campaign.CampaignEffect.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A campaign whose devices are numbered from 0 in the order of release, and its clock. Executes each release. */
final class RunningCampaign {
    private final Campaign campaign;
    private final CampaignRules rules;
    private final List<Optional<ChildState>> children = new ArrayList<>();
    private CampaignVerdict policy;
    private QuotaFacts quota = QuotaFacts.AMPLE;
    private CampaignState state;
    private long now = NOW;

    private RunningCampaign(Campaign campaign, CampaignVerdict policy) {
        this.campaign = campaign;
        this.rules = new CampaignRules(campaign);
        this.policy = policy;
        this.state = CampaignRules.onCampaign(Optional.empty(), campaign, List.of(), policy, now)
                .next()
                .orElseThrow();
    }

    static RunningCampaign of(Campaigns made, int devices) {
        return of(made, devices, Campaigns.ALLOWED);
    }

    static RunningCampaign unlisted(Campaigns made) {
        return new RunningCampaign(made.made(), Campaigns.ALLOWED);
    }

    /** A campaign whose target was listed, and whose ramp has begun to run, if it may. */
    static RunningCampaign of(Campaigns made, int devices, CampaignVerdict policy) {
        RunningCampaign running = new RunningCampaign(made.made(), policy);
        running.listed(devices);
        if (running.state.phase() == CampaignPhase.RUNNING) {
            running.state = running.state.with(new Ramp(running.campaign.rollout())
                    .credited(running.state.pace().ramp(), running.now, 0));
        }
        return running;
    }

    Campaign campaign() {
        return campaign;
    }

    CampaignState state() {
        return state;
    }

    long now() {
        return now;
    }

    void policy(CampaignVerdict other) {
        policy = other;
    }

    void quota(QuotaFacts other) {
        quota = other;
    }

    void listed(int more) {
        take(rules.onTargetListed(state, more, OptionalLong.of(NOW - Campaigns.HOUR), policy, now));
    }

    List<CampaignEffect> tick(long ms) {
        now += ms;
        List<CampaignEffect> effects = take(rules.onTick(state, policy, quota, now));
        effects.stream().filter(Release.class::isInstance).forEach(effect -> release(((Release) effect).devices()));
        return effects;
    }

    private void release(long devices) {
        for (long device = 0; device < devices; device++) {
            children.add(Optional.of(ChildState.RELEASED));
        }
        state = rules.onReleased(
                state,
                devices,
                ReleaseOrder.position(Campaigns.campaign().asListed().made(), 0, "", children.size()));
    }

    List<CampaignEffect> event(int device, ChildEvent event) {
        Optional<ChildState> known = device < children.size() ? children.get(device) : Optional.empty();
        CampaignStep.OfChild step = rules.onChild(state, known, event, now);
        if (device < children.size()) {
            children.set(device, step.child());
        }
        return take(step.campaign());
    }

    List<CampaignEffect> control(CampaignControl.Kind kind, String controlId) {
        return control(Campaigns.control(kind, controlId));
    }

    List<CampaignEffect> control(CampaignControl control) {
        return take(rules.onControl(state, control, policy, now));
    }

    private List<CampaignEffect> take(CampaignStep step) {
        state = step.next().orElseThrow();
        return step.effects();
    }
}
