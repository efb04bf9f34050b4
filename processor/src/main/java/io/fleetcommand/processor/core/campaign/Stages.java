package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.campaign.CampaignRollout.Gate;
import io.fleetcommand.processor.core.campaign.CampaignRollout.Stage;
import java.util.List;

/** The stages of one campaign, counted from 0. After the last one, the rest of the target follows without a gate. */
final class Stages {
    private final List<Stage> stages;

    Stages(List<Stage> stages) {
        this.stages = List.copyOf(stages);
    }

    int count() {
        return stages.size();
    }

    /** How many devices may be released by the end of a stage. */
    long ceiling(int stage, long targeted) {
        if (stage >= stages.size()) {
            return targeted;
        }
        Stage current = stages.get(stage);
        if (current.upTo().isPresent()) {
            return Math.min(targeted, current.upTo().getAsInt());
        }
        double share = current.upToPercent().orElse(100) / 100 * targeted;
        // Rounded up, so that a stage has a device; without what a binary fraction adds to a whole number.
        return Math.min(targeted, Math.max(1, (long) Math.ceil(share - 1e-6)));
    }

    /**
     * Whether a stage is over: its devices were released and none of their children could run. Children that wait for
     * their device do not hold it up. The last devices of the target end no stage.
     */
    boolean isOver(int stage, CampaignCounts counts) {
        return stage < stages.size()
                && counts.notReleased() > 0
                && counts.released() >= ceiling(stage, counts.targeted())
                && counts.holdingPlaces() == 0;
    }

    /** What follows a stage. */
    Gate gate(int stage) {
        return stages.get(stage).gate();
    }
}
