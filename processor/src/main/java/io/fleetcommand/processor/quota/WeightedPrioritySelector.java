package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.request.Priority;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Which priority goes next: the best that has work, unless a worse one has waited for its minimum share. With each call
 * a waiting priority earns its share of one; once that makes a whole call, it goes first. Not safe for use
 * by many threads.
 */
final class WeightedPrioritySelector {
    /** A priority that could not use what it earned does not save it up. */
    private static final double MAX_CREDIT = 1;
    /** Tenths do not add up to one exactly. */
    private static final double ROUNDING = 1e-9;

    private final Map<Priority, Double> minimum;
    private final Map<Priority, Double> credit = new EnumMap<>(Priority.class);

    /** @param minimum the share of all calls, 0 to 1, that a priority gets at least while it has work; none if absent */
    WeightedPrioritySelector(Map<Priority, Double> minimum) {
        this.minimum = new EnumMap<>(Priority.class);
        this.minimum.putAll(minimum);
    }

    /** @param waiting the priorities that have work; not empty */
    Priority next(Set<Priority> waiting) {
        Priority best = null;
        for (Priority priority : Priority.values()) {
            if (waiting.contains(priority)) {
                if (credit(priority) >= MAX_CREDIT - ROUNDING) {
                    return priority;
                }
                best = best == null ? priority : best;
            }
        }
        if (best == null) {
            throw new IllegalArgumentException("no priority has work");
        }
        return best;
    }

    /** A call of a priority was made while these had work. */
    void made(Priority priority, Set<Priority> waiting) {
        for (Priority each : waiting) {
            double earned = credit(each) + minimum.getOrDefault(each, 0.0) - (each == priority ? 1 : 0);
            credit.put(each, Math.max(0, Math.min(MAX_CREDIT, earned)));
        }
    }

    private double credit(Priority priority) {
        return credit.getOrDefault(priority, 0.0);
    }
}
