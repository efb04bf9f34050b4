package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.request.Priority;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Limits calls by the cloud's quota and by a bound on calls in flight. A call passes it twice: {@link #tryReserve}
 * before it is claimed, a little ahead of the quota, so that the way through the journal wastes none of it; and
 * {@link #tryAcquire} before it is sent. Thread-safe.
 */
public interface CallLimiter {
    /**
     * Reserves a permit to claim one call for a task, if there is one now and no other task goes first. A task that is
     * alive calls this, or {@link #idle}, many times a second: its share of the quota counts only while it does.
     *
     * @param wanted the permits that the task has requests for, by priority, and within a priority in the order of
     *     turns; not empty
     * @return the permit that was reserved, one of {@code wanted}
     */
    Optional<Permit> tryReserve(int task, List<Permit> wanted);

    /** A task has no request to call at the moment. */
    void idle(int task);

    /** A task has closed on this instance, and its share of the quota with it. */
    void taskClosed(int task);

    /** Releases a permit that was reserved and never led to a call. */
    void release(Permit permit);

    /**
     * Acquires the quota for one call that is sent now.
     *
     * @param waiting the priorities in which claimed calls wait to be sent; not empty
     * @return the priority of the call to send; empty if none may be sent yet
     */
    Optional<Priority> tryAcquire(Set<Priority> waiting);

    /**
     * How long until {@link #tryAcquire} may succeed, in nanoseconds; {@link Long#MAX_VALUE} if that cannot be
     * foreseen.
     */
    long nanosToPermit(Set<Priority> waiting);

    /**
     * The cloud answered 429.
     *
     * @param retryAfterMs how long it asked to wait; 0 if it did not say
     */
    void throttled(long retryAfterMs);

    /** A call that was sent has ended. */
    void callEnded();
}
