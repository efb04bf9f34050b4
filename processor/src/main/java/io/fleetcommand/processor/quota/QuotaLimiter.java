package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.ports.CallLimiter;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The {@link CallLimiter} of one instance. Calls are claimed up to half a second ahead of the quota, and sent when the
 * bucket holds them; so no window ever holds more calls than the limit, and a slow commit wastes none of it. A permit
 * takes a slot until it is released, and counts as a claim while it is reserved. Thread-safe: its state, shares
 * included, is guarded by {@code this}. It never blocks, except in {@link #awaitIdle}.
 */
public final class QuotaLimiter implements CallLimiter {
    /**
     * How far ahead of the quota calls are claimed: longer than a claim's way through the journal and than most pauses
     * of a stream thread.
     */
    static final long CLAIM_AHEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** A bucket that holds at least this many calls keeps one in reserve for an URGENT request. */
    private static final double MIN_RESERVE_CAPACITY = 3;
    /** One slot in this many is reserved for URGENT calls, so that slow devices cannot take them all. */
    private static final int SLOTS_PER_URGENT = 10;

    private final int slots;
    private final BooleanSupplier cloudAvailable;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final QuotaShares shares;
    private final WeightedPrioritySelector priorities;
    private final WaitingTasks waiting = new WaitingTasks();
    /** How many permits are reserved. */
    private final Map<Priority, Integer> claimed = new EnumMap<>(Priority.class);

    private final SlidingWindowCounter windowCounter;
    /** How many permits are reserved or used: the slots that are taken. */
    private int inFlight;

    /**
     * @param slots how many calls may be claimed or in flight at once
     * @param minimumShares of the priorities, see {@link WeightedPrioritySelector}
     * @param cloudAvailable whether the cloud can be called at all: without a token, or while the circuit breaker is
     *     open, a call is wasted. Checked last, once for each claim that would be granted
     */
    public QuotaLimiter(
            QuotaShares shares,
            int slots,
            Map<Priority, Double> minimumShares,
            BooleanSupplier cloudAvailable,
            SlidingWindowCounter windowCounter,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.shares = shares;
        this.slots = slots;
        this.priorities = new WeightedPrioritySelector(minimumShares);
        this.cloudAvailable = cloudAvailable;
        this.windowCounter = windowCounter;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    @Override
    public synchronized Optional<Permit> tryReserve(int task, List<QuotaClass> wanted) {
        long nowNanos = nanoClock.getAsLong();
        shares.heartbeat(task, nowNanos);
        // Refills the buckets, idle or not: one that is not read for long counts as that of a suspended process.
        List<QuotaClass> withinCaps = rateCaps(nowNanos).withinCaps(task, wanted, nowNanos);
        if (withinCaps.isEmpty()) {
            // The task is idle, or more quota would not help, so none is asked for.
            waiting.remove(task);
            return Optional.empty();
        }
        waiting.register(task, withinCaps.stream().map(QuotaClass::priority).collect(Collectors.toSet()), nowNanos);
        Optional<QuotaClass> first = withinCaps.stream()
                .filter(quotaClass -> mayClaim(task, quotaClass.priority(), nowNanos))
                .findFirst();
        if (first.isEmpty()) {
            shares.refused(nowNanos);
        }
        return first.filter(quotaClass -> cloudAvailable.getAsBoolean())
                .map(quotaClass -> reserve(task, quotaClass, nowNanos));
    }

    private Permit reserve(int task, QuotaClass quotaClass, long nowNanos) {
        waiting.remove(task);
        quotaClass.rateCap().ifPresent(rateCap -> rateCaps(nowNanos).take(task, rateCap, nowNanos));
        claimed.merge(quotaClass.priority(), 1, Integer::sum);
        inFlight++;
        return new Permit(quotaClass, this::released);
    }

    private synchronized void released(QuotaClass quotaClass, boolean used) {
        if (!used) {
            long nowNanos = nanoClock.getAsLong();
            quotaClass.rateCap().ifPresent(rateCap -> rateCaps(nowNanos).release(rateCap, nowNanos));
            claimed.merge(quotaClass.priority(), -1, Integer::sum);
        }
        inFlight--;
        notifyAll();
    }

    private boolean mayClaim(int task, Priority priority, long nowNanos) {
        int usable = priority == Priority.URGENT ? slots : slots - slots / SLOTS_PER_URGENT;
        int free = usable - inFlight;
        return free > 0
                && free > waiting.countAhead(task, priority, nowNanos)
                && claimable(priority, nowNanos) > waiting.countAheadInPriority(task, priority, nowNanos);
    }

    private RateBucket bucket(long nowNanos) {
        return shares.bucket(clock.millis(), nowNanos);
    }

    private RateCaps rateCaps(long nowNanos) {
        return shares.rateCaps(clock.millis(), nowNanos);
    }

    /**
     * How many more calls of a priority may be claimed now. Claims of lower priorities do not count against it, and one
     * that has no claim may make one, unless all cool down.
     */
    private int claimable(Priority priority, long nowNanos) {
        double soon = bucket(nowNanos).levelAfter(CLAIM_AHEAD_NANOS, nowNanos);
        if (shares.isCoolingDown(clock.millis())) {
            return 0;
        }
        int claimedBefore = 0;
        for (Priority other : Priority.values()) {
            claimedBefore += other.compareTo(priority) <= 0 ? claimed(other) : 0;
        }
        int remaining = (int) Math.min(slots, soon) - claimedBefore;
        return claimed(priority) == 0 ? Math.max(1, remaining) : remaining;
    }

    @Override
    public synchronized void taskClosed(int task) {
        shares.taskClosed(task);
        waiting.remove(task);
        rateCaps(nanoClock.getAsLong()).idle(task);
    }

    @Override
    public synchronized Optional<Permit> tryAcquire(List<Permit> waitingToSend) {
        long nowNanos = nanoClock.getAsLong();
        RateBucket bucket = bucket(nowNanos);
        Set<Priority> queued = prioritiesOf(waitingToSend);
        if (bucket.level(nowNanos) < needed(bucket, queued)) {
            return Optional.empty();
        }
        Priority priority = priorities.next(queued);
        Permit next = waitingToSend.stream()
                .filter(permit -> permit.priority() == priority)
                .findFirst()
                .orElseThrow();
        next.use();
        bucket.take();
        priorities.served(priority, queued);
        claimed.merge(priority, -1, Integer::sum);
        windowCounter.count(nowNanos);
        return Optional.of(next);
    }

    @Override
    public synchronized long nanosToPermit(List<Permit> waitingToSend) {
        long nowNanos = nanoClock.getAsLong();
        RateBucket bucket = bucket(nowNanos);
        return bucket.nanosUntil(needed(bucket, prioritiesOf(waitingToSend)), nowNanos);
    }

    private static Set<Priority> prioritiesOf(List<Permit> permits) {
        Set<Priority> priorities = EnumSet.noneOf(Priority.class);
        permits.forEach(permit -> priorities.add(permit.priority()));
        return priorities;
    }

    /** Calls that are not urgent leave one in the bucket, for an URGENT request. */
    private static double needed(RateBucket bucket, Set<Priority> queued) {
        return queued.contains(Priority.URGENT) || bucket.capacity() < MIN_RESERVE_CAPACITY ? 1 : 2;
    }

    /** The cloud answered 429. All instances cool down: the others learn of it through {@link #pendingMessages}. */
    @Override
    public synchronized void throttled(long retryAfterMs) {
        shares.throttled(retryAfterMs, clock.millis());
    }

    /** Applies a message of another instance, or of this one. */
    synchronized void apply(QuotaMessage message) {
        shares.apply(message);
    }

    /** The messages to be published to the other instances now. */
    synchronized List<QuotaMessage> pendingMessages() {
        return shares.pendingMessages(clock.millis(), nanoClock.getAsLong());
    }

    /** Partitions whose shares count only once all earlier messages have been applied. */
    synchronized Set<JoinedPartition> joining() {
        return shares.joining();
    }

    /** All messages from before these partitions joined have been applied. */
    synchronized void caughtUp(Set<JoinedPartition> joined) {
        shares.caughtUp(joined);
    }

    /** How many calls are claimed or in flight at the moment. */
    synchronized int inFlight() {
        return inFlight;
    }

    /**
     * Blocks until no call is claimed or in flight.
     *
     * @return false if that took longer than the limit
     */
    public synchronized boolean awaitIdle(Duration limit) throws InterruptedException {
        long endNanos = nanoClock.getAsLong() + limit.toNanos();
        while (inFlight > 0) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(endNanos - nanoClock.getAsLong());
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }

    private int claimed(Priority priority) {
        return claimed.getOrDefault(priority, 0);
    }
}
