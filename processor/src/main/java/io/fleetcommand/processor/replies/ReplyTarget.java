package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.replies.Delivery.Source;
import io.fleetcommand.service.Backoff;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Outstanding deliveries and recent failures of one reply topic, or of one of its partitions if callers name
 * partitions. Confined to the relay's thread.
 */
final class ReplyTarget {
    /**
     * A target keeps up as long as its oldest delivery is younger than this; for a target that does not, consuming is
     * not paused.
     */
    private static final long PROMPT_NANOS = Duration.ofMillis(500).toNanos();

    private final Key key;
    private final Backoff retries;
    private final Backoff backoffs;
    private final Deque<Delivery> waiting = new ArrayDeque<>();
    private final Map<Source, Delivery> inFlight = new LinkedHashMap<>();
    private long bytes;
    private int failures;
    private int rejections;
    private long notBeforeNanos;
    private Optional<ReplyFailure> latest = Optional.empty();
    private boolean backingOff;
    private long lastUsedNanos;

    /** @param partition a partition, or {@link io.fleetcommand.processor.core.request.ReplyTo#ANY_PARTITION} */
    record Key(String topic, int partition) {}

    /**
     * @param retries back-off after the producer did not accept a record
     * @param backoffs back-off after a delivery failed
     */
    ReplyTarget(Key key, Backoff retries, Backoff backoffs, long nowNanos) {
        this.key = key;
        this.retries = retries;
        this.backoffs = backoffs;
        this.notBeforeNanos = nowNanos;
        this.lastUsedNanos = nowNanos;
    }

    Key key() {
        return key;
    }

    void add(Delivery delivery) {
        waiting.add(delivery);
        bytes += delivery.bytes();
        lastUsedNanos = delivery.readNanos();
    }

    int outstanding() {
        return waiting.size() + inFlight.size();
    }

    long bytes() {
        return bytes;
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Whether the target keeps up, as far as is known. */
    boolean isPrompt(long nowNanos) {
        return failures == 0 && nowNanos - oldestNanos(nowNanos) < PROMPT_NANOS;
    }

    private long oldestNanos(long nowNanos) {
        long sent = inFlight.isEmpty()
                ? nowNanos
                : inFlight.values().iterator().next().readNanos();
        long unsent = waiting.isEmpty() ? nowNanos : waiting.peek().readNanos();
        return nowNanos - Math.max(nowNanos - sent, nowNanos - unsent);
    }

    /** The lasting failure by which new deliveries would fail during the back-off; empty if there is none. */
    Optional<ReplyFailure> blockedBy(long nowNanos) {
        return latest.filter(cause -> backingOff && cause.isLasting() && nowNanos < notBeforeNanos);
    }

    /** The next delivery, if it may be sent now. After a failure only one delivery at a time is in flight. */
    Optional<Delivery> next(long nowNanos) {
        return nowNanos - notBeforeNanos < 0 || failures > 0 && !inFlight.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(waiting.peek());
    }

    /** The producer accepted the next delivery. */
    void sent(Delivery delivery) {
        waiting.remove();
        inFlight.put(delivery.from(), delivery);
        rejections = 0;
        backingOff = false;
    }

    /** The producer did not accept the next delivery, which stays in the queue. */
    void notTaken(ReplyFailure cause, long nowNanos, double random) {
        rejections++;
        latest = Optional.of(cause);
        backingOff = false;
        notBeforeNanos = nowNanos
                + Duration.ofMillis(retries.delayMs(rejections, random)).toNanos();
    }

    /** The reason why the next delivery has not been sent yet. */
    ReplyFailure delayedBy() {
        return rejections > 0 || failures > 0 ? latest.orElse(ReplyFailure.TIMED_OUT) : ReplyFailure.TIMED_OUT;
    }

    void acknowledged(Delivery delivery) {
        ended(delivery);
        failures = 0;
        latest = Optional.empty();
    }

    /** A delivery ended without affecting later ones. */
    void ended(Delivery delivery) {
        if (inFlight.remove(delivery.from()) != null) {
            bytes -= delivery.bytes();
        }
    }

    /** A delivery failed. Deliveries that were in flight together fail together, and count once. */
    void failed(ReplyFailure cause, long nowNanos, double random) {
        latest = Optional.of(cause);
        rejections = 0;
        if (!backingOff || nowNanos - notBeforeNanos >= 0) {
            failures++;
            backingOff = true;
            notBeforeNanos = nowNanos
                    + Duration.ofMillis(backoffs.delayMs(failures, random)).toNanos();
        }
    }

    /** Removes the next delivery if it has waited for too long. */
    Optional<Delivery> removeOlderThan(long nanos, long nowNanos) {
        return waiting.isEmpty() || nowNanos - waiting.peek().readNanos() < nanos
                ? Optional.empty()
                : removed(waiting.pollFirst());
    }

    Optional<Delivery> removeNext() {
        return removed(waiting.pollFirst());
    }

    Optional<Delivery> removeLast() {
        return removed(waiting.pollLast());
    }

    private Optional<Delivery> removed(Delivery delivery) {
        bytes -= delivery == null ? 0 : delivery.bytes();
        return Optional.ofNullable(delivery);
    }

    /** Removes waiting deliveries whose partition was revoked. */
    void removeIf(Predicate<Delivery> condition) {
        waiting.removeIf(delivery -> {
            boolean removed = condition.test(delivery);
            bytes -= removed ? delivery.bytes() : 0;
            return removed;
        });
    }

    /** Whether nothing is outstanding and no back-off is running. */
    boolean isForgettable(long idleNanos, long nowNanos) {
        return outstanding() == 0 && nowNanos - notBeforeNanos >= 0 && nowNanos - lastUsedNanos >= idleNanos;
    }
}
