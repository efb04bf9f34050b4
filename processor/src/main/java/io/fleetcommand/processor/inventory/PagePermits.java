package io.fleetcommand.processor.inventory;

import io.fleetcommand.processor.core.ports.CallLimiter;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The quota for pages: each is one BULK call of the {@link CallLimiter}, and all of this instance keep to a pace of
 * their own. The only place that asks the limiter about pages. Thread-safe: guarded by {@code this}.
 */
public final class PagePermits {
    /**
     * Stands for a task in the limiter's books. Each task that is alive there has a share of the quota, and pages have
     * none: this one is closed again at once, before its share counts. So it keeps no place, and a page goes behind the
     * tasks that wait in BULK.
     */
    private static final int NO_TASK = -1;

    private static final List<QuotaClass> BULK = List.of(QuotaClass.of(Priority.BULK));
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** A reservation takes a call from the tasks, so it is given back if the quota has none for it in time. */
    private static final long MAX_RESERVED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final CallLimiter limiter;
    private final BooleanSupplier cloudAvailable;
    private final RequestPace pace;
    private final LongSupplier nanoClock;
    private Optional<Permit> reserved = Optional.empty();
    private long reservedSinceNanos;
    /** That of the page that was acquired last. */
    private Optional<Permit> used = Optional.empty();

    private boolean closed;

    /**
     * @param maxPerMinute the most pages that this instance reads in any minute
     * @param cloudAvailable whether the circuit breaker is closed: the limiter would count a page as one of the probes
     *     of a half-open breaker, which learns nothing from it
     */
    public PagePermits(CallLimiter limiter, int maxPerMinute, BooleanSupplier cloudAvailable, LongSupplier nanoClock) {
        this.limiter = limiter;
        this.cloudAvailable = cloudAvailable;
        this.pace = new RequestPace(maxPerMinute, nanoClock.getAsLong());
        this.nanoClock = nanoClock;
    }

    /** Acquires the quota for one page that is asked for now; {@link #ended} follows. */
    synchronized boolean tryAcquire() {
        long nowNanos = nanoClock.getAsLong();
        if (closed || pace.nanosToNext(nowNanos) > 0 || !cloudAvailable.getAsBoolean()) {
            release();
            return false;
        }
        reserve(nowNanos);
        used = reserved.flatMap(permit -> limiter.tryAcquire(List.of(permit)));
        if (used.isEmpty()) {
            return false;
        }
        reserved = Optional.empty();
        pace.take(nowNanos);
        return true;
    }

    private void reserve(long nowNanos) {
        if (reserved.isPresent() && nowNanos - reservedSinceNanos > MAX_RESERVED_NANOS) {
            release();
        } else if (reserved.isEmpty()) {
            reserved = limiter.tryReserve(NO_TASK, BULK);
            limiter.taskClosed(NO_TASK);
            reservedSinceNanos = nowNanos;
        }
    }

    /** How long to wait until {@link #tryAcquire} is asked again. */
    synchronized long nanosToNext() {
        return Math.max(RETRY_NANOS, pace.nanosToNext(nanoClock.getAsLong()));
    }

    /** A page that was acquired has been answered, or was not sent. */
    synchronized void ended() {
        used.ifPresent(Permit::release);
        used = Optional.empty();
    }

    /** The cloud answered a page with 429. */
    void throttled(long retryAfterMs) {
        limiter.throttled(retryAfterMs);
    }

    /** Gives back what is reserved and not acquired. */
    synchronized void release() {
        reserved.ifPresent(Permit::release);
        reserved = Optional.empty();
    }

    /** No page is acquired from now on. */
    synchronized void close() {
        closed = true;
        release();
    }
}
