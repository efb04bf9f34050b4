package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.ports.CallLimiter;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.request.Priority;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The gate of one instance. Calls are claimed up to half a second ahead of the quota, and sent when the bucket holds
 * them; so no window ever holds more than the limit, and a slow commit wastes nothing of it. Guarded by itself; it waits
 * for nothing but, at the end, for calls in flight.
 */
public final class QuotaLimiter implements CallLimiter {
    /** How far ahead calls are claimed: longer than the way through the journal and most pauses of a stream thread. */
    static final long AHEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** A bucket of so many calls can spare one for an URGENT request that may come. */
    private static final double SPARES_ONE = 3;
    /** One slot in so many is left to URGENT calls: slow devices cannot take all. */
    private static final int URGENT_SLOTS = 10;

    private final int slots;
    private final BooleanSupplier callable;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final QuotaShares shares;
    private final WeightedPrioritySelector priorities;
    private final WaitingTasks waiting = new WaitingTasks();
    private final Map<Priority, Integer> claimed = new EnumMap<>(Priority.class);
    private final SlidingWindowCounter use;
    private int inFlight;

    /**
     * @param slots how many calls may be claimed or in flight at once
     * @param minimumShares of the priorities, see {@link WeightedPrioritySelector}
     * @param callable whether the cloud can be called at all: without a token, or while it is down, a call is wasted.
     *     Asked last, once for each claim that would be granted
     */
    public QuotaLimiter(
            QuotaShares shares,
            int slots,
            Map<Priority, Double> minimumShares,
            BooleanSupplier callable,
            SlidingWindowCounter use,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.shares = shares;
        this.slots = slots;
        this.priorities = new WeightedPrioritySelector(minimumShares);
        this.callable = callable;
        this.use = use;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    @Override
    public synchronized Optional<Permit> tryReserve(int task, List<Permit> wanted) {
        long nowNanos = nanoClock.getAsLong();
        shares.seen(task, nowNanos);
        List<Permit> open = ceilings(nowNanos).open(task, wanted, nowNanos);
        if (open.isEmpty()) {
            // More quota would not help, so it is not asked for.
            waiting.remove(task);
            return Optional.empty();
        }
        waiting.ask(task, open.stream().map(Permit::priority).collect(Collectors.toSet()), nowNanos);
        Optional<Permit> first = open.stream()
                .filter(permit -> mayClaim(task, permit.priority(), nowNanos))
                .findFirst();
        if (first.isEmpty()) {
            shares.refused(nowNanos);
        }
        return first.filter(permit -> callable.getAsBoolean()).map(permit -> take(task, permit, nowNanos));
    }

    private Permit take(int task, Permit permit, long nowNanos) {
        waiting.remove(task);
        permit.rateCap().ifPresent(rateCap -> ceilings(nowNanos).take(task, rateCap, nowNanos));
        claimed.merge(permit.priority(), 1, Integer::sum);
        inFlight++;
        return permit;
    }

    private boolean mayClaim(int task, Priority priority, long nowNanos) {
        int usable = priority == Priority.URGENT ? slots : slots - slots / URGENT_SLOTS;
        int free = usable - inFlight;
        return free > 0
                && free > waiting.before(task, priority, nowNanos)
                && ahead(priority, nowNanos) > waiting.beforeWithPriority(task, priority, nowNanos);
    }

    private RateBucket bucket(long nowNanos) {
        return shares.bucket(clock.millis(), nowNanos);
    }

    private RateCaps ceilings(long nowNanos) {
        return shares.ceilings(clock.millis(), nowNanos);
    }

    /** How many more calls of a priority may be claimed now; none waits behind lower priorities, and none is shut out. */
    private int ahead(Priority priority, long nowNanos) {
        double soon = bucket(nowNanos).levelAfter(AHEAD_NANOS, nowNanos);
        if (shares.isCoolingDown(clock.millis())) {
            return 0;
        }
        int before = 0;
        for (Priority better : Priority.values()) {
            before += better.compareTo(priority) <= 0 ? claimed(better) : 0;
        }
        int room = (int) Math.min(slots, soon) - before;
        return claimed(priority) == 0 ? Math.max(1, room) : room;
    }

    @Override
    public synchronized void idle(int task) {
        long nowNanos = nanoClock.getAsLong();
        shares.seen(task, nowNanos);
        waiting.remove(task);
        // Fills them: a bucket that nobody looks at for long is taken for one that slept.
        ceilings(nowNanos).idle(task);
    }

    @Override
    public synchronized void taskClosed(int task) {
        shares.taskClosed(task);
        waiting.remove(task);
        ceilings(nanoClock.getAsLong()).idle(task);
    }

    @Override
    public synchronized void release(Permit permit) {
        long nowNanos = nanoClock.getAsLong();
        permit.rateCap().ifPresent(rateCap -> ceilings(nowNanos).release(rateCap, nowNanos));
        claimed.merge(permit.priority(), -1, Integer::sum);
        callEnded();
    }

    @Override
    public synchronized Optional<Priority> tryAcquire(Set<Priority> queued) {
        long nowNanos = nanoClock.getAsLong();
        RateBucket bucket = bucket(nowNanos);
        if (bucket.level(nowNanos) < needed(bucket, queued)) {
            return Optional.empty();
        }
        Priority priority = priorities.next(queued);
        bucket.take();
        priorities.made(priority, queued);
        claimed.merge(priority, -1, Integer::sum);
        use.count(nowNanos);
        return Optional.of(priority);
    }

    @Override
    public synchronized long nanosToPermit(Set<Priority> queued) {
        long nowNanos = nanoClock.getAsLong();
        RateBucket bucket = bucket(nowNanos);
        return bucket.nanosUntil(needed(bucket, queued), nowNanos);
    }

    /** Work that is not urgent leaves one call in the bucket, so that an URGENT request finds it. */
    private static double needed(RateBucket bucket, Set<Priority> queued) {
        return queued.contains(Priority.URGENT) || bucket.capacity() < SPARES_ONE ? 1 : 2;
    }

    @Override
    public synchronized void callEnded() {
        inFlight--;
        notifyAll();
    }

    /** The cloud answered 429. All instances rest: the others hear of it by {@link #pendingMessages}. */
    @Override
    public synchronized void throttled(long retryAfterMs) {
        shares.throttled(retryAfterMs, clock.millis());
    }

    /** Another instance, or this one, has told something. */
    synchronized void apply(QuotaMessage message) {
        shares.apply(message);
    }

    /** What the other instances are to be told by now. */
    synchronized List<QuotaMessage> pendingMessages() {
        return shares.pendingMessages(clock.millis(), nanoClock.getAsLong());
    }

    /** Partitions whose shares count only once all that was told before is heard. */
    synchronized Set<JoinedPartition> joining() {
        return shares.joining();
    }

    /** All that was told before these joined has been heard. */
    synchronized void caughtUp(Set<JoinedPartition> joined) {
        shares.caughtUp(joined);
    }

    /** Claimed or under way at the moment. */
    public synchronized int inFlight() {
        return inFlight;
    }

    /** Waits until no call is under way; false if that took too long. */
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
