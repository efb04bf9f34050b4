package io.fleetcommand.processor.core;

/** The right to make calls: the cloud's quota, and a bound on calls in flight. Safe for use by many threads. */
public interface Gate {
    /** Takes the right to one call for a task, if there is one now and no other task goes first. */
    boolean tryEnter(int task, Lane lane);

    /** Tells that a task has nothing to call at the moment. */
    void withdraw(int task);

    /** Gives back a right that was taken and not used. */
    void giveBack();

    /** Tells that a call for which a right was taken has ended. */
    void ended();
}
