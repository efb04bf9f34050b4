package io.fleetcommand.simulator.fleet;

import java.util.OptionalLong;

/**
 * The outcome of a call to a device, decided when it is sent. Immutable.
 *
 * @param result the result for the caller
 * @param runsAtNanos when the device executes the call, if it does; may be later than the response
 * @param answersAtNanos when the cloud responds
 */
public record CallOutcome(CallResult result, OptionalLong runsAtNanos, long answersAtNanos) {
    /** The result of a call as seen by the cloud. */
    public enum CallResult {
        ANSWERED,
        TIMED_OUT,
        KNOWN_OFFLINE
    }

    static CallOutcome answered(long atNanos) {
        return new CallOutcome(CallResult.ANSWERED, OptionalLong.of(atNanos), atNanos);
    }

    static CallOutcome lost(long answersAtNanos) {
        return new CallOutcome(CallResult.TIMED_OUT, OptionalLong.empty(), answersAtNanos);
    }

    static CallOutcome knownOffline(long answersAtNanos) {
        return new CallOutcome(CallResult.KNOWN_OFFLINE, OptionalLong.empty(), answersAtNanos);
    }

    /** The device executes the call, but the cloud does not receive the result in time. */
    static CallOutcome unacknowledged(OptionalLong runsAtNanos, long answersAtNanos) {
        return new CallOutcome(CallResult.TIMED_OUT, runsAtNanos, answersAtNanos);
    }
}
