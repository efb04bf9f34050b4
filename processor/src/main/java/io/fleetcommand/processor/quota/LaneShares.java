package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.Lane;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Which lane goes next: the best that has work, unless a worse one has waited for its minimum share. With each call
 * a waiting lane earns its share of one; once that makes a whole call, it goes first. Not safe for use
 * by many threads.
 */
final class LaneShares {
    /** A lane that could not use what it earned does not save it up. */
    private static final double MOST_CREDIT = 1;
    /** Tenths do not add up to one exactly. */
    private static final double ROUNDING = 1e-9;

    private final Map<Lane, Double> minimum;
    private final Map<Lane, Double> credit = new EnumMap<>(Lane.class);

    /** @param minimum the share of all calls, 0 to 1, that a lane gets at least while it has work; none if absent */
    LaneShares(Map<Lane, Double> minimum) {
        this.minimum = new EnumMap<>(Lane.class);
        this.minimum.putAll(minimum);
    }

    /** @param waiting the lanes that have work; not empty */
    Lane next(Set<Lane> waiting) {
        Lane best = null;
        for (Lane lane : Lane.values()) {
            if (waiting.contains(lane)) {
                if (credit(lane) >= MOST_CREDIT - ROUNDING) {
                    return lane;
                }
                best = best == null ? lane : best;
            }
        }
        if (best == null) {
            throw new IllegalArgumentException("no lane has work");
        }
        return best;
    }

    /** A call of a lane was made while these had work. */
    void made(Lane lane, Set<Lane> waiting) {
        for (Lane each : waiting) {
            double earned = credit(each) + minimum.getOrDefault(each, 0.0) - (each == lane ? 1 : 0);
            credit.put(each, Math.max(0, Math.min(MOST_CREDIT, earned)));
        }
    }

    private double credit(Lane lane) {
        return credit.getOrDefault(lane, 0.0);
    }
}
