package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.policy.RateCap;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The calls that each policy rule with a rate cap may still make here: its percentage of the quota of the owned
 * partitions, in a bucket of its own. Loans do not count, so all instances together keep to the cap whatever is lent. A
 * call counts from its claim, a moment before it is sent: requests over their rate cap are not claimed, so they block
 * no other. Guarded by its {@link QuotaLimiter}.
 */
final class RateCaps {
    private final Quota quota;
    private final Map<RateCap, Cap> caps = new HashMap<>();
    private int owned;

    RateCaps(Quota quota) {
        this.quota = quota;
    }

    /** Sets how many shares of the quota this instance owns. */
    void setOwnedShares(int shares, long nowNanos) {
        owned = shares;
        caps.forEach((rateCap, cap) -> resize(rateCap, cap, nowNanos));
    }

    private void resize(RateCap rateCap, Cap cap, long nowNanos) {
        double cappedShares = owned * rateCap.percent() / 100.0;
        // However low its cap, a rule must be able to save up a whole call.
        double burst = owned == 0 ? 0 : Math.max(1, quota.burst(cappedShares));
        cap.bucket.resize(quota.perNano(cappedShares), burst, nowNanos);
    }

    /**
     * Filters the classes in which a task wants a call.
     *
     * @return the classes that no rate cap holds back; for the others the task waits its turn
     */
    List<QuotaClass> withinCaps(int task, List<QuotaClass> wanted, long nowNanos) {
        Map<RateCap, Set<Priority>> priorities = new HashMap<>();
        wanted.forEach(quotaClass -> quotaClass
                .rateCap()
                .ifPresent(rateCap -> priorities
                        .computeIfAbsent(rateCap, none -> EnumSet.noneOf(Priority.class))
                        .add(quotaClass.priority())));
        caps.forEach((rateCap, cap) -> {
            if (!priorities.containsKey(rateCap)) {
                cap.waiting.remove(task);
            }
        });
        priorities.forEach((rateCap, wanting) -> cap(rateCap, nowNanos).waiting.register(task, wanting, nowNanos));
        return wanted.stream()
                .filter(quotaClass -> quotaClass
                        .rateCap()
                        .map(rateCap -> cap(rateCap, nowNanos).hasRoom(task, quotaClass.priority(), nowNanos))
                        .orElse(true))
                .toList();
    }

    void take(int task, RateCap rateCap, long nowNanos) {
        Cap cap = cap(rateCap, nowNanos);
        cap.waiting.remove(task);
        cap.bucket.take();
    }

    /** Returns a call that was claimed and not made. */
    void release(RateCap rateCap, long nowNanos) {
        cap(rateCap, nowNanos).bucket.release();
    }

    /** A task no longer waits. */
    void idle(int task) {
        caps.values().forEach(cap -> cap.waiting.remove(task));
    }

    /** How much of the owned quota, in per cent, is reserved for rules with waiting requests. */
    int demandedPercent(long nowNanos) {
        int sum = caps.entrySet().stream()
                .filter(cap -> cap.getValue().waiting.hasAny(nowNanos))
                .mapToInt(cap -> cap.getKey().percent())
                .sum();
        return Math.min(100, sum);
    }

    /** A rate cap that is new starts with an empty bucket. */
    private Cap cap(RateCap rateCap, long nowNanos) {
        return caps.computeIfAbsent(rateCap, unknown -> {
            Cap cap = new Cap(new RateBucket(nowNanos), new WaitingTasks());
            resize(rateCap, cap, nowNanos);
            return cap;
        });
    }

    /** @param waiting the tasks that have a request to call under this rate cap */
    private record Cap(RateBucket bucket, WaitingTasks waiting) {
        boolean hasRoom(int task, Priority priority, long nowNanos) {
            return (int) bucket.level(nowNanos) > waiting.countAhead(task, priority, nowNanos);
        }
    }
}
