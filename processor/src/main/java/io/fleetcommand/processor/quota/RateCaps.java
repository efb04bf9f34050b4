package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.policy.RateCap;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.request.Priority;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What each rule with a ceiling may still take here: its percentage of the quota of the partitions owned, in a bucket of
 * its own. Loans do not count, so whoever lends or borrows, all instances together keep to it. A call counts from its
 * claim on, a moment before it is sent: what waits for its ceiling is not claimed, so it waits in nobody's way. Guarded
 * by its gate.
 */
final class RateCaps {
    private final Quota quota;
    private final Map<RateCap, Part> parts = new HashMap<>();
    private int owned;

    RateCaps(Quota quota) {
        this.quota = quota;
    }

    /** From now on so many shares of the quota are this instance's own. */
    void own(int shares, long nowNanos) {
        owned = shares;
        parts.forEach((rateCap, part) -> resize(rateCap, part, nowNanos));
    }

    private void resize(RateCap rateCap, Part part, long nowNanos) {
        double ownPart = owned * rateCap.percent() / 100.0;
        // However small its part, a rule must be able to save up a whole call.
        double most = owned == 0 ? 0 : Math.max(1, quota.burst(ownPart));
        part.bucket.resize(quota.perNano(ownPart), most, nowNanos);
    }

    /**
     * A task asks for one of these rights.
     *
     * @return those of them that no ceiling holds back: for the others it waits, and all who do take turns
     */
    List<Permit> open(int task, List<Permit> wanted, long nowNanos) {
        Map<RateCap, Set<Priority>> priorities = new HashMap<>();
        wanted.forEach(permit -> permit.rateCap()
                .ifPresent(rateCap -> priorities
                        .computeIfAbsent(rateCap, none -> EnumSet.noneOf(Priority.class))
                        .add(permit.priority())));
        parts.forEach((rateCap, part) -> {
            if (!priorities.containsKey(rateCap)) {
                part.waiting.remove(task);
            }
        });
        priorities.forEach((rateCap, asked) -> part(rateCap, nowNanos).waiting.ask(task, asked, nowNanos));
        return wanted.stream()
                .filter(permit -> permit.rateCap()
                        .map(rateCap -> part(rateCap, nowNanos).hasRoom(task, permit.priority(), nowNanos))
                        .orElse(true))
                .toList();
    }

    void take(int task, RateCap rateCap, long nowNanos) {
        Part part = part(rateCap, nowNanos);
        part.waiting.remove(task);
        part.bucket.take();
    }

    /** A call was claimed and not made. */
    void release(RateCap rateCap, long nowNanos) {
        part(rateCap, nowNanos).bucket.release();
    }

    /** A task waits no more. */
    void idle(int task) {
        parts.values().forEach(part -> part.waiting.remove(task));
    }

    /** How much of the own quota, in per cent, is for rules whose work waits for it. */
    int wantedPercent(long nowNanos) {
        int sum = parts.entrySet().stream()
                .filter(part -> part.getValue().waiting.isAnybody(nowNanos))
                .mapToInt(part -> part.getKey().percent())
                .sum();
        return Math.min(100, sum);
    }

    /** One that was never asked for starts empty. */
    private Part part(RateCap rateCap, long nowNanos) {
        return parts.computeIfAbsent(rateCap, unknown -> {
            Part part = new Part(new RateBucket(nowNanos), new WaitingTasks());
            resize(rateCap, part, nowNanos);
            return part;
        });
    }

    /** @param waiting the tasks that have somebody to call under this ceiling */
    private record Part(RateBucket bucket, WaitingTasks waiting) {
        boolean hasRoom(int task, Priority priority, long nowNanos) {
            return (int) bucket.level(nowNanos) > waiting.before(task, priority, nowNanos);
        }
    }
}
