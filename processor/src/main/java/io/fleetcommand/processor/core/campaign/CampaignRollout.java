package io.fleetcommand.processor.core.campaign;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How fast a campaign goes.
 *
 * @param startPerMinute devices released in the first minute
 * @param factor by which the rate grows with each step; 1 for a constant rate
 * @param raiseAfterSuccesses a step is due after this many further successes; 0 for one each minute
 * @param mostPerMinute the greatest rate that growth may reach
 * @param maxOpen how many children that could run may be open at once
 */
public record CampaignRollout(
        double startPerMinute,
        double factor,
        int raiseAfterSuccesses,
        OptionalDouble mostPerMinute,
        int maxOpen,
        List<Stage> stages) {
    /** What a campaign that says nothing gets: 60 a minute, 100 open at once. */
    public static final CampaignRollout DEFAULT = new CampaignRollout(60, 1, 0, OptionalDouble.empty(), 100, List.of());

    public CampaignRollout {
        Objects.requireNonNull(mostPerMinute);
        stages = List.copyOf(stages);
    }

    /** The greatest rate of the plan. */
    public double peakPerMinute() {
        return factor > 1 ? mostPerMinute.orElse(startPerMinute) : startPerMinute;
    }

    /**
     * A stage, which ends once a number or a share of the target was released.
     *
     * @param upTo the number, from the campaign's start; empty if the share is given
     * @param upToPercent the share, from the campaign's start; empty if the number is given
     */
    public record Stage(OptionalInt upTo, OptionalDouble upToPercent, Gate gate) {
        public Stage {
            Objects.requireNonNull(upTo);
            Objects.requireNonNull(upToPercent);
            Objects.requireNonNull(gate);
        }
    }

    /** What happens at the end of a stage: the next one begins, or the campaign waits for a person. */
    public enum Gate {
        GO_ON,
        WAIT
    }
}
