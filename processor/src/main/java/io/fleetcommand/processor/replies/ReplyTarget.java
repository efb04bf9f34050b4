package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ledger.Backoff;
import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.replies.Delivery.Source;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What is outstanding for one reply topic, or one partition of it where callers name partitions, and how that topic has
 * done of late. Confined to the relay's thread.
 */
final class ReplyTarget {
    /** A target whose oldest delivery is younger keeps up; for one that does not, nobody else waits. */
    private static final long PROMPT_NANOS = Duration.ofMillis(500).toNanos();

    private final Key key;
    private final Backoff retries;
    private final Backoff rests;
    private final Deque<Delivery> waiting = new ArrayDeque<>();
    private final Map<Source, Delivery> inFlight = new LinkedHashMap<>();
    private long bytes;
    private int failures;
    private int refusals;
    private long notBeforeNanos;
    private Optional<ReplyFailure> latest = Optional.empty();
    private boolean resting;
    private long usedNanos;

    /** @param partition a partition, or {@link io.fleetcommand.processor.core.ReplyTo#ANY_PARTITION} */
    record Key(String topic, int partition) {}

    /**
     * @param retries how soon a producer that did not take a record is asked again
     * @param rests for how long the target is left alone after a failure
     */
    ReplyTarget(Key key, Backoff retries, Backoff rests, long nowNanos) {
        this.key = key;
        this.retries = retries;
        this.rests = rests;
        this.notBeforeNanos = nowNanos;
        this.usedNanos = nowNanos;
    }

    Key key() {
        return key;
    }

    void add(Delivery delivery) {
        waiting.add(delivery);
        bytes += delivery.bytes();
        usedNanos = delivery.readNanos();
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

    /** Whether it takes what it is given at once, as far as is known. */
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

    /** Why whatever comes now would fail, until somebody mends it. */
    Optional<ReplyFailure> closedBy(long nowNanos) {
        return latest.filter(cause -> resting && cause.isLasting() && nowNanos < notBeforeNanos);
    }

    /** The next delivery, if it may be sent now. After a failure one at a time tries the target. */
    Optional<Delivery> next(long nowNanos) {
        return nowNanos - notBeforeNanos < 0 || failures > 0 && !inFlight.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(waiting.peek());
    }

    /** The next delivery was handed to the producer. */
    void sent(Delivery delivery) {
        waiting.remove();
        inFlight.put(delivery.from(), delivery);
        refusals = 0;
        resting = false;
    }

    /** The producer did not take the next delivery, which stays. */
    void notTaken(ReplyFailure cause, long nowNanos, double random) {
        refusals++;
        latest = Optional.of(cause);
        resting = false;
        notBeforeNanos =
                nowNanos + Duration.ofMillis(retries.delayMs(refusals, random)).toNanos();
    }

    /** Why the next delivery has not been sent yet. */
    ReplyFailure delayedBy() {
        return refusals > 0 || failures > 0 ? latest.orElse(ReplyFailure.TIMED_OUT) : ReplyFailure.TIMED_OUT;
    }

    void acknowledged(Delivery delivery) {
        ended(delivery);
        failures = 0;
        latest = Optional.empty();
    }

    /** A delivery ended without harm to those that follow. */
    void ended(Delivery delivery) {
        if (inFlight.remove(delivery.from()) != null) {
            bytes -= delivery.bytes();
        }
    }

    /** What was sent together fails together, and counts once. */
    void failed(ReplyFailure cause, long nowNanos, double random) {
        latest = Optional.of(cause);
        refusals = 0;
        if (!resting || nowNanos - notBeforeNanos >= 0) {
            failures++;
            resting = true;
            notBeforeNanos = nowNanos
                    + Duration.ofMillis(rests.delayMs(failures, random)).toNanos();
        }
    }

    /** Takes out the next delivery if it has waited for too long. */
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

    /** Takes out what waits and is somebody else's to send. */
    void removeIf(Predicate<Delivery> which) {
        waiting.removeIf(delivery -> {
            boolean gone = which.test(delivery);
            bytes -= gone ? delivery.bytes() : 0;
            return gone;
        });
    }

    /** Whether nothing is outstanding and nothing of it needs to be remembered. */
    boolean isForgettable(long idleNanos, long nowNanos) {
        return outstanding() == 0 && nowNanos - notBeforeNanos >= 0 && nowNanos - usedNanos >= idleNanos;
    }
}
