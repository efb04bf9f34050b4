package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.Ceiling;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Right;
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
final class Ceilings {
    private final Quota quota;
    private final Map<Ceiling, Part> parts = new HashMap<>();
    private int owned;

    Ceilings(Quota quota) {
        this.quota = quota;
    }

    /** From now on so many shares of the quota are this instance's own. */
    void own(int shares, long nowNanos) {
        owned = shares;
        parts.forEach((ceiling, part) -> resize(ceiling, part, nowNanos));
    }

    private void resize(Ceiling ceiling, Part part, long nowNanos) {
        double ownPart = owned * ceiling.percent() / 100.0;
        // However small its part, a rule must be able to save up a whole call.
        double most = owned == 0 ? 0 : Math.max(1, quota.burst(ownPart));
        part.bucket.resize(quota.perNano(ownPart), most, nowNanos);
    }

    /**
     * A task asks for one of these rights.
     *
     * @return those of them that no ceiling holds back: for the others it waits, and all who do take turns
     */
    List<Right> open(int task, List<Right> wanted, long nowNanos) {
        Map<Ceiling, Set<Lane>> lanes = new HashMap<>();
        wanted.forEach(right -> right.ceiling()
                .ifPresent(ceiling -> lanes.computeIfAbsent(ceiling, none -> EnumSet.noneOf(Lane.class))
                        .add(right.lane())));
        parts.forEach((ceiling, part) -> {
            if (!lanes.containsKey(ceiling)) {
                part.waiting.remove(task);
            }
        });
        lanes.forEach((ceiling, asked) -> part(ceiling, nowNanos).waiting.ask(task, asked, nowNanos));
        return wanted.stream()
                .filter(right -> right.ceiling()
                        .map(ceiling -> part(ceiling, nowNanos).hasRoom(task, right.lane(), nowNanos))
                        .orElse(true))
                .toList();
    }

    void take(int task, Ceiling ceiling, long nowNanos) {
        Part part = part(ceiling, nowNanos);
        part.waiting.remove(task);
        part.bucket.take();
    }

    /** A call was claimed and not made. */
    void giveBack(Ceiling ceiling, long nowNanos) {
        part(ceiling, nowNanos).bucket.putBack();
    }

    /** A task waits no more. */
    void withdraw(int task) {
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
    private Part part(Ceiling ceiling, long nowNanos) {
        return parts.computeIfAbsent(ceiling, unknown -> {
            Part part = new Part(new Bucket(nowNanos), new WaitingTasks());
            resize(ceiling, part, nowNanos);
            return part;
        });
    }

    /** @param waiting the tasks that have somebody to call under this ceiling */
    private record Part(Bucket bucket, WaitingTasks waiting) {
        boolean hasRoom(int task, Lane lane, long nowNanos) {
            return (int) bucket.level(nowNanos) > waiting.before(task, lane, nowNanos);
        }
    }
}
