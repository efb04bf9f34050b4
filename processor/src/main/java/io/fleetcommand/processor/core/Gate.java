package io.fleetcommand.processor.core;

import java.util.Optional;
import java.util.Set;

/**
 * The right to make calls: the cloud's quota, and a bound on calls in flight. A right that was taken is either given
 * back, or started and then ended. Safe for use by many threads.
 */
public interface Gate {
    /** Tells that a task starts on a partition of this instance; the task's number is the partition's. */
    void joined(int task);

    /** Tells that a task has ended; what it started still ends. */
    void left(int task);

    /**
     * Takes the right to one call for a task, if there is one now and no other task goes first.
     *
     * @param lanes the lanes in which the task has somebody to call; one or more
     * @return the lane the right is for, one of {@code lanes}
     */
    Optional<Lane> tryEnter(int task, Set<Lane> lanes);

    /** Tells that a task has nothing to call at the moment. */
    void withdraw(int task);

    /** Gives back a right that was taken and not started. */
    void giveBack();

    /** Tells that the call for which a right was taken is sent now. */
    void started();

    /** Tells that a call that was started has ended. */
    void ended();
}
