package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.request.Priority;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The right to make calls: the cloud's quota, and a bound on calls in flight. A call needs it twice: to be claimed, a
 * little ahead of its time, so that the way through the journal costs no quota; and to be sent. Safe for use by many
 * threads.
 */
public interface CallLimiter {
    /**
     * Takes the right to claim one call for a task, if there is one now and no other task goes first. A task that is
     * alive asks, or withdraws, many times a second: its share of the quota counts only while it does.
     *
     * @param wanted those that the task has somebody for, priority by priority, and in each in the order of turns; not empty
     * @return the right that was taken, one of those
     */
    Optional<Permit> tryReserve(int task, List<Permit> wanted);

    /** Tells that a task has nothing to call at the moment. */
    void idle(int task);

    /** Tells that a task has ended here, and its share of the quota with it. */
    void taskClosed(int task);

    /** Gives back a right to claim that was taken and never led to a call. */
    void release(Permit permit);

    /**
     * Takes the quota for one call that is sent now.
     *
     * @param waiting the priorities in which claimed calls wait to be sent; not empty
     * @return the priority whose turn it is; empty if none may be sent yet
     */
    Optional<Priority> tryAcquire(Set<Priority> waiting);

    /** How long until {@link #tryAcquire} may say yes; {@link Long#MAX_VALUE} if that cannot be foreseen. */
    long nanosToPermit(Set<Priority> waiting);

    /**
     * Tells that the cloud answered 429.
     *
     * @param retryAfterMs how long it asked to be left alone; 0 if it did not say
     */
    void throttled(long retryAfterMs);

    /** Tells that a call that was sent has ended. */
    void callEnded();
}
