package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.Gate;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Right;
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
public final class QuotaGate implements Gate {
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
    private final Shares shares;
    private final LaneShares lanes;
    private final WaitingTasks waiting = new WaitingTasks();
    private final Map<Lane, Integer> claimed = new EnumMap<>(Lane.class);
    private final QuotaUse use;
    private int inFlight;

    /**
     * @param slots how many calls may be claimed or in flight at once
     * @param minimumShares of the lanes, see {@link LaneShares}
     * @param callable whether the cloud can be called at all: without a token, or while it is down, a call is wasted.
     *     Asked last, once for each claim that would be granted
     */
    public QuotaGate(
            Shares shares,
            int slots,
            Map<Lane, Double> minimumShares,
            BooleanSupplier callable,
            QuotaUse use,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.shares = shares;
        this.slots = slots;
        this.lanes = new LaneShares(minimumShares);
        this.callable = callable;
        this.use = use;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    @Override
    public synchronized Optional<Right> tryEnter(int task, List<Right> wanted) {
        long nowNanos = nanoClock.getAsLong();
        shares.seen(task, nowNanos);
        List<Right> open = ceilings(nowNanos).open(task, wanted, nowNanos);
        if (open.isEmpty()) {
            // More quota would not help, so it is not asked for.
            waiting.remove(task);
            return Optional.empty();
        }
        waiting.ask(task, open.stream().map(Right::lane).collect(Collectors.toSet()), nowNanos);
        Optional<Right> first = open.stream()
                .filter(right -> mayClaim(task, right.lane(), nowNanos))
                .findFirst();
        if (first.isEmpty()) {
            shares.refused(nowNanos);
        }
        return first.filter(right -> callable.getAsBoolean()).map(right -> take(task, right, nowNanos));
    }

    private Right take(int task, Right right, long nowNanos) {
        waiting.remove(task);
        right.ceiling().ifPresent(ceiling -> ceilings(nowNanos).take(task, ceiling, nowNanos));
        claimed.merge(right.lane(), 1, Integer::sum);
        inFlight++;
        return right;
    }

    private boolean mayClaim(int task, Lane lane, long nowNanos) {
        int usable = lane == Lane.URGENT ? slots : slots - slots / URGENT_SLOTS;
        int free = usable - inFlight;
        return free > 0
                && free > waiting.before(task, lane, nowNanos)
                && ahead(lane, nowNanos) > waiting.beforeInLane(task, lane, nowNanos);
    }

    private Bucket bucket(long nowNanos) {
        return shares.bucket(clock.millis(), nowNanos);
    }

    private Ceilings ceilings(long nowNanos) {
        return shares.ceilings(clock.millis(), nowNanos);
    }

    /** How many more calls of a lane may be claimed now; none waits behind worse lanes, and none is shut out. */
    private int ahead(Lane lane, long nowNanos) {
        double soon = bucket(nowNanos).levelAfter(AHEAD_NANOS, nowNanos);
        if (shares.isResting(clock.millis())) {
            return 0;
        }
        int before = 0;
        for (Lane better : Lane.values()) {
            before += better.compareTo(lane) <= 0 ? claimed(better) : 0;
        }
        int room = (int) Math.min(slots, soon) - before;
        return claimed(lane) == 0 ? Math.max(1, room) : room;
    }

    @Override
    public synchronized void withdraw(int task) {
        long nowNanos = nanoClock.getAsLong();
        shares.seen(task, nowNanos);
        waiting.remove(task);
        // Fills them: a bucket that nobody looks at for long is taken for one that slept.
        ceilings(nowNanos).withdraw(task);
    }

    @Override
    public synchronized void left(int task) {
        shares.left(task);
        waiting.remove(task);
        ceilings(nanoClock.getAsLong()).withdraw(task);
    }

    @Override
    public synchronized void giveBack(Right right) {
        long nowNanos = nanoClock.getAsLong();
        right.ceiling().ifPresent(ceiling -> ceilings(nowNanos).giveBack(ceiling, nowNanos));
        claimed.merge(right.lane(), -1, Integer::sum);
        ended();
    }

    @Override
    public synchronized Optional<Lane> depart(Set<Lane> queued) {
        long nowNanos = nanoClock.getAsLong();
        Bucket bucket = bucket(nowNanos);
        if (bucket.level(nowNanos) < needed(bucket, queued)) {
            return Optional.empty();
        }
        Lane lane = lanes.next(queued);
        bucket.take();
        lanes.made(lane, queued);
        claimed.merge(lane, -1, Integer::sum);
        use.count(nowNanos);
        return Optional.of(lane);
    }

    @Override
    public synchronized long nanosToDeparture(Set<Lane> queued) {
        long nowNanos = nanoClock.getAsLong();
        Bucket bucket = bucket(nowNanos);
        return bucket.nanosUntil(needed(bucket, queued), nowNanos);
    }

    /** Work that is not urgent leaves one call in the bucket, so that an URGENT request finds it. */
    private static double needed(Bucket bucket, Set<Lane> queued) {
        return queued.contains(Lane.URGENT) || bucket.capacity() < SPARES_ONE ? 1 : 2;
    }

    @Override
    public synchronized void ended() {
        inFlight--;
        notifyAll();
    }

    /** The cloud answered 429. All instances rest: the others hear of it by {@link #news}. */
    @Override
    public synchronized void throttled(long retryAfterMs) {
        shares.throttled(retryAfterMs, clock.millis());
    }

    /** Another instance, or this one, has told something. */
    synchronized void hear(Notice notice) {
        shares.hear(notice);
    }

    /** What the other instances are to be told by now. */
    synchronized List<Notice> news() {
        return shares.news(clock.millis(), nanoClock.getAsLong());
    }

    /** Partitions whose shares count only once all that was told before is heard. */
    synchronized Set<Joined> joining() {
        return shares.joining();
    }

    /** All that was told before these joined has been heard. */
    synchronized void caughtUp(Set<Joined> joined) {
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

    private int claimed(Lane lane) {
        return claimed.getOrDefault(lane, 0);
    }
}
