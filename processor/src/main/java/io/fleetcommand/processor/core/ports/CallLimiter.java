package io.fleetcommand.processor.core.ports;

import java.util.List;
import java.util.Optional;

/**
 * Limits calls by the cloud's quota and by a bound on calls in flight. A call passes it twice: {@link #tryReserve}
 * before it is claimed, a little ahead of the quota, so that the way through the journal wastes none of it; and
 * {@link #tryAcquire} before it is sent. Between the two and until the call has ended it is counted by its
 * {@link Permit}. Thread-safe.
 */
public interface CallLimiter {
    /**
     * Reserves a permit to claim one call for a task, if there is one now and no other task goes first. A task that is
     * alive calls this many times a second: its share of the quota counts only while it does.
     *
     * @param wanted the classes that the task has requests for, by priority, and within a priority in the order of
     *     turns; empty while the task is idle
     * @return a permit of one of these classes
     */
    Optional<Permit> tryReserve(int task, List<QuotaClass> wanted);

    /** A task has closed on this instance, and its share of the quota with it. */
    void taskClosed(int task);

    /**
     * Acquires the quota for one call that is sent now, and so uses its permit.
     *
     * @param waiting reserved permits of claimed calls that wait to be sent: the first of each priority; not empty
     * @return the permit of the call to send; empty if none may be sent yet
     */
    Optional<Permit> tryAcquire(List<Permit> waiting);

    /**
     * How long until {@link #tryAcquire} may succeed, in nanoseconds; {@link Long#MAX_VALUE} if that cannot be
     * foreseen.
     */
    long nanosToPermit(List<Permit> waiting);

    /**
     * The cloud answered 429.
     *
     * @param retryAfterMs how long it asked to wait; 0 if it did not say
     */
    void throttled(long retryAfterMs);
}
