package io.fleetcommand.processor.core;

/** The right to make calls: the cloud's quota, and a bound on calls in flight. Safe for use by many threads. */
public interface Gate {
    /** Takes the right to one call, if there is one now. */
    boolean tryEnter();

    /** Gives back a right that was taken and not used. */
    void giveBack();

    /** Tells that a call for which a right was taken has ended. */
    void ended();
}
