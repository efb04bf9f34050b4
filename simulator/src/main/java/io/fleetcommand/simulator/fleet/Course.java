package io.fleetcommand.simulator.fleet;

import java.util.OptionalLong;

/**
 * What will become of one call to a device.
 *
 * @param ending what the cloud will say
 * @param runsAtNanos when the device runs it, if it does; may be later than the answer
 * @param answersAtNanos when the cloud answers
 */
public record Course(Ending ending, OptionalLong runsAtNanos, long answersAtNanos) {
    /** How a call to a device ends as seen by the cloud. */
    public enum Ending {
        ANSWERED,
        TIMED_OUT,
        KNOWN_OFFLINE
    }

    static Course answered(long atNanos) {
        return new Course(Ending.ANSWERED, OptionalLong.of(atNanos), atNanos);
    }

    static Course lost(long answersAtNanos) {
        return new Course(Ending.TIMED_OUT, OptionalLong.empty(), answersAtNanos);
    }

    static Course knownOffline(long answersAtNanos) {
        return new Course(Ending.KNOWN_OFFLINE, OptionalLong.empty(), answersAtNanos);
    }

    /** The device runs the call, but the cloud does not hear of it in time. */
    static Course unheard(OptionalLong runsAtNanos, long answersAtNanos) {
        return new Course(Ending.TIMED_OUT, runsAtNanos, answersAtNanos);
    }
}
