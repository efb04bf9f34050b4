package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.request.Priority;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Selects the priority of the next call: the highest that has requests, unless a lower one is owed its minimum share.
 * With each call a waiting priority earns credit for its share; once that makes a whole call, it goes first. Not
 * thread-safe.
 */
final class WeightedPrioritySelector {
    /** Limits credit to one call: a priority that could not use its credit does not save it up. */
    private static final double MAX_CREDIT = 1;
    /** Sums of tenths are not exactly 1 in binary. */
    private static final double EPSILON = 1e-9;

    private final Map<Priority, Double> minimum;
    private final Map<Priority, Double> credit = new EnumMap<>(Priority.class);

    /**
     * @param minimum the share of all calls, 0 to 1, that a priority gets at least while it has requests; none if
     *     absent
     */
    WeightedPrioritySelector(Map<Priority, Double> minimum) {
        this.minimum = new EnumMap<>(Priority.class);
        this.minimum.putAll(minimum);
    }

    /** @param waiting the priorities that have requests; not empty */
    Priority next(Set<Priority> waiting) {
        Priority highest = null;
        for (Priority priority : Priority.values()) {
            if (waiting.contains(priority)) {
                if (credit(priority) >= MAX_CREDIT - EPSILON) {
                    return priority;
                }
                highest = highest == null ? priority : highest;
            }
        }
        if (highest == null) {
            throw new IllegalArgumentException("no priority has requests");
        }
        return highest;
    }

    /** Records a call of a priority that was made while these priorities had requests. */
    void served(Priority priority, Set<Priority> waiting) {
        for (Priority each : waiting) {
            double earned = credit(each) + minimum.getOrDefault(each, 0.0) - (each == priority ? 1 : 0);
            credit.put(each, Math.max(0, Math.min(MAX_CREDIT, earned)));
        }
    }

    private double credit(Priority priority) {
        return credit.getOrDefault(priority, 0.0);
    }
}
