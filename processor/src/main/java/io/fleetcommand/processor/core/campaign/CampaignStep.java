package io.fleetcommand.processor.core.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What follows from an input to a campaign.
 *
 * @param next the state to store; empty to store none
 * @param effects the effects to execute, in order, with the same commit
 */
public record CampaignStep(Optional<CampaignState> next, List<CampaignEffect> effects) {
    public CampaignStep {
        effects = List.copyOf(effects);
    }

    static CampaignStep of(CampaignState next, CampaignEffect... effects) {
        return new CampaignStep(Optional.of(next), List.of(effects));
    }

    static CampaignStep unchanged(Optional<CampaignState> state, CampaignEffect... effects) {
        return new CampaignStep(state, List.of(effects));
    }

    /** The next state and effects of a campaign that is known. */
    static CampaignStep after(CampaignState before, CampaignState after, List<CampaignEffect> effects) {
        List<CampaignEffect> all = new ArrayList<>();
        boolean held = after.standing().isHeld() && !after.phase().isEnd();
        boolean wasHeld = before.standing().isHeld() && !before.phase().isEnd();
        if (held != wasHeld && !after.phase().isEnd()) {
            all.add(new CampaignEffect.Hold(held));
        }
        if (after.standing().cancelling()
                && !before.standing().cancelling()
                && !after.phase().isEnd()) {
            all.add(new CampaignEffect.CancelOpen());
        }
        all.addAll(effects);
        CampaignState next = after.phase() == CampaignPhase.RUNNING
                ? after
                : after.with(after.pace().ramp().stopped());
        return new CampaignStep(
                Optional.of(
                        next.looksLike(before)
                                ? next
                                : next.with(next.publication().changed())),
                all);
    }

    /** The step together with the state of the child that it is about. */
    public record OfChild(Optional<ChildState> child, CampaignStep campaign) {}
}
