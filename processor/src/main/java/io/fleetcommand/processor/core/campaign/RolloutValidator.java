package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.campaign.CampaignRollout.Stage;
import io.fleetcommand.processor.core.request.Reason;
import java.util.List;

/** Checks how fast a campaign is to go. */
final class RolloutValidator {
    static final double MAX_PER_MINUTE = 1_000_000;
    static final int MAX_OPEN = 1_000_000;
    private static final double MAX_FACTOR = 1_000;
    private static final int MAX_STAGES = 20;

    private final FaultList faults;

    RolloutValidator(FaultList faults) {
        this.faults = faults;
    }

    void check(CampaignRollout rollout) {
        rate("rollout.start_per_minute", rollout.startPerMinute());
        faults.require(
                rollout.factor() >= 1 && rollout.factor() <= MAX_FACTOR,
                "rollout.factor",
                rollout.factor(),
                "it must be from 1 to " + MAX_FACTOR + ": a rate does not shrink");
        rollout.mostPerMinute().ifPresent(most -> {
            rate("rollout.most_per_minute", most);
            faults.require(
                    most >= rollout.startPerMinute(),
                    "rollout.most_per_minute",
                    most,
                    "it must not be below start_per_minute, " + rollout.startPerMinute());
        });
        if (rollout.factor() > 1 && rollout.mostPerMinute().isEmpty()) {
            faults.add(
                    Reason.MISSING_FIELD,
                    "rollout.most_per_minute is empty; with a factor of " + rollout.factor() + " it bounds the growth");
        }
        faults.require(
                rollout.raiseAfterSuccesses() >= 0,
                "rollout.raise_after_successes",
                rollout.raiseAfterSuccesses(),
                "it must be 0, for each minute, or more");
        faults.require(
                rollout.raiseAfterSuccesses() <= 0 || rollout.factor() > 1,
                "rollout.raise_after_successes",
                rollout.raiseAfterSuccesses(),
                "with a factor of 1 nothing is raised");
        maxOpen("rollout.max_open", rollout.maxOpen());
        stages(rollout.stages());
    }

    void rate(String field, double perMinute) {
        // Not "perMinute <= 0", which NaN passes.
        faults.require(
                perMinute > 0 && perMinute <= MAX_PER_MINUTE,
                field,
                perMinute,
                "it must be above 0 and at most " + MAX_PER_MINUTE);
    }

    void maxOpen(String field, int places) {
        faults.require(places >= 1 && places <= MAX_OPEN, field, places, "it must be from 1 to " + MAX_OPEN);
    }

    private void stages(List<Stage> stages) {
        faults.require(
                stages.size() <= MAX_STAGES,
                "rollout.stages",
                stages.size() + " stages",
                "at most " + MAX_STAGES + " are taken");
        double before = 0;
        for (int number = 1; number <= stages.size(); number++) {
            Stage stage = stages.get(number - 1);
            String field = "rollout.stages[" + number + "]";
            if (stage.upTo().isPresent() == stage.upToPercent().isPresent()) {
                faults.require(false, field, stage, "give up_to or up_to_percent: one of both");
                return;
            }
            if (stage.upTo().isPresent() != stages.get(0).upTo().isPresent()) {
                faults.require(false, field, stage, "all stages give up_to, or all give up_to_percent");
                return;
            }
            stage.upToPercent()
                    .ifPresent(share -> faults.require(
                            share > 0 && share <= 100,
                            field + ".up_to_percent",
                            share,
                            "it must be above 0 and at most 100"));
            double end = stage.upTo().isPresent()
                    ? stage.upTo().getAsInt()
                    : stage.upToPercent().getAsDouble();
            faults.require(
                    end > before || Double.isNaN(end),
                    field,
                    end,
                    number == 1 ? "it must be above 0" : "it must be above the stage before it, " + before);
            before = end;
        }
    }
}
