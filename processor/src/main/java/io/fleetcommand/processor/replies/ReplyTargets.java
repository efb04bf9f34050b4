package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ports.ReplyFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/**
 * The targets of copies, and the buffer that they share: half of it is for the targets that keep up, for which
 * consuming pauses, and half for the slow ones, whose copies are given up if it is full. Confined to the relay's
 * thread.
 */
final class ReplyTargets {
    private static final Duration IDLE_TTL = Duration.ofMinutes(5);
    private static final int MAX_TARGETS = 10_000;

    private final Map<ReplyTarget.Key, ReplyTarget> targets = new HashMap<>();
    private final Function<ReplyTarget.Key, ReplyTarget> newTarget;
    private final RelayLimits limits;
    /** The target of notes, which is not counted and not forgotten. */
    private final ReplyTarget noteTarget;
    /** Copies outstanding for slow targets, as of the last count and the copies added since. */
    private int slow;

    private long slowBytes;
    private boolean full;

    /**
     * @param newTarget creates a target without deliveries
     * @param notes the topic of notes about copies that were given up
     */
    ReplyTargets(Function<ReplyTarget.Key, ReplyTarget> newTarget, RelayLimits limits, ReplyTarget.Key notes) {
        this.newTarget = newTarget;
        this.limits = limits;
        this.noteTarget = get(notes);
    }

    ReplyTarget get(ReplyTarget.Key key) {
        return targets.computeIfAbsent(key, newTarget);
    }

    ReplyTarget noteTarget() {
        return noteTarget;
    }

    /** A copy: targets may be added and forgotten meanwhile. */
    List<ReplyTarget> all() {
        return List.copyOf(targets.values());
    }

    boolean isBusy() {
        return targets.values().stream().anyMatch(target -> target.outstanding() > 0);
    }

    /** Whether a delivery may be sent at that time. */
    boolean isDue(long nanos) {
        return targets.values().stream().anyMatch(target -> target.next(nanos).isPresent());
    }

    /**
     * Adds a copy to its target, if there is room for it.
     *
     * @return the copy that is given up, if any: this one, or one of another target that makes room for it
     */
    Optional<GivenUp> add(ReplyTarget target, Delivery copy, long nowNanos) {
        Optional<ReplyFailure> blocked = target.blockedBy(nowNanos);
        if (blocked.isPresent()) {
            return Optional.of(new GivenUp(copy, blocked.get()));
        }
        if (target.isPrompt(nowNanos)) {
            target.add(copy);
            return Optional.empty();
        }
        if (target.outstanding() >= limits.queueMax() || target.bytes() + copy.bytes() > limits.queueMaxBytes()) {
            return Optional.of(new GivenUp(copy, ReplyFailure.QUEUE_FULL));
        }
        if (hasRoomForSlow()) {
            addSlow(target, copy);
            return Optional.empty();
        }
        Optional<Delivery> removed = removeFromLargest(target, nowNanos);
        removed.ifPresent(delivery -> addSlow(target, copy));
        return Optional.of(new GivenUp(removed.orElse(copy), ReplyFailure.QUEUE_FULL));
    }

    private boolean hasRoomForSlow() {
        return slow < limits.totalMax() / 2 && slowBytes < limits.totalMaxBytes() / 2;
    }

    private void addSlow(ReplyTarget target, Delivery copy) {
        slow++;
        slowBytes += copy.bytes();
        target.add(copy);
    }

    /** Removes the last copy of the slow target with the most bytes outstanding, if it has more than the candidate. */
    private Optional<Delivery> removeFromLargest(ReplyTarget candidate, long nowNanos) {
        Optional<Delivery> removed = targets.values().stream()
                .filter(target -> target != noteTarget && target.isWaiting() && !target.isPrompt(nowNanos))
                .max(Comparator.comparingLong(ReplyTarget::bytes))
                .filter(largest -> largest.bytes() > candidate.bytes())
                .flatMap(ReplyTarget::removeLast);
        removed.ifPresent(delivery -> {
            slow--;
            slowBytes -= delivery.bytes();
        });
        return removed;
    }

    /** Counts what is outstanding, as targets become slow and prompt with time. */
    void recount(long nowNanos) {
        int prompt = 0;
        long promptBytes = 0;
        boolean anyFull = false;
        slow = 0;
        slowBytes = 0;
        for (ReplyTarget target : targets.values()) {
            if (target == noteTarget) {
                continue;
            }
            if (target.isPrompt(nowNanos)) {
                prompt += target.outstanding();
                promptBytes += target.bytes();
                anyFull |= target.outstanding() >= limits.queueMax() || target.bytes() >= limits.queueMaxBytes();
            } else {
                slow += target.outstanding();
                slowBytes += target.bytes();
            }
        }
        full = anyFull || prompt >= limits.totalMax() / 2 || promptBytes >= limits.totalMaxBytes() / 2;
    }

    /** Whether the targets that keep up had filled their part of the buffer when it was counted; they soon drain it. */
    boolean isFull() {
        return full;
    }

    /** Removes the deliveries of a target that have timed out, or that would fail anyway. */
    List<GivenUp> removeOverdue(ReplyTarget target, long nowNanos, DoubleSupplier random) {
        List<GivenUp> removed = new ArrayList<>();
        Optional<ReplyFailure> blocked = target.blockedBy(nowNanos);
        while (blocked.isPresent() && target.isWaiting()) {
            target.removeNext().ifPresent(delivery -> removed.add(new GivenUp(delivery, blocked.get())));
        }
        Optional<Delivery> overdue = target.removeOlderThan(limits.timeoutNanos(), nowNanos);
        while (overdue.isPresent()) {
            ReplyFailure cause = target.delayedBy();
            target.failed(cause, nowNanos, random.getAsDouble());
            removed.add(new GivenUp(overdue.get(), cause));
            overdue = target.removeOlderThan(limits.timeoutNanos(), nowNanos);
        }
        return removed;
    }

    /** Drops targets without deliveries that were not used for a while. */
    void forgetIdle(long nowNanos) {
        long idleNanos = targets.size() > MAX_TARGETS ? 0 : IDLE_TTL.toNanos();
        targets.values().removeIf(target -> target != noteTarget && target.isForgettable(idleNanos, nowNanos));
    }

    /** Drops the waiting copies of partitions that were revoked. */
    void forget(Set<TopicPartition> revoked) {
        for (ReplyTarget target : targets.values()) {
            if (target != noteTarget) {
                target.removeIf(delivery -> revoked.contains(delivery.from().partition()));
            }
        }
    }
}
