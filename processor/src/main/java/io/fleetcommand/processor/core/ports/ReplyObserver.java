package io.fleetcommand.processor.core.ports;

/** Observes copies for reply topics. Called by the relay's thread. */
public interface ReplyObserver {
    /** A copy was acknowledged by its topic. */
    void sent();

    void givenUp(ReplyFailure cause);
}
