package io.fleetcommand.processor.core;

import java.util.Objects;

/**
 * What a device said a variable holds.
 *
 * @param observedAtMs when the call that read it ended
 * @param note how the value differs from what the device said, for people; empty if it does not
 */
public record Observation(Value value, int httpStatus, long observedAtMs, String note) {
    public Observation {
        Objects.requireNonNull(value);
        Objects.requireNonNull(note);
    }

    /** A value as the device said it. */
    public Observation(Value value, int httpStatus, long observedAtMs) {
        this(value, httpStatus, observedAtMs, "");
    }

    /**
     * Whether it is new enough for a poll: at most so much older than the reading of the poll as the poll allows. A
     * value that came after the poll was read always is, and so one call serves all who wait for it.
     */
    boolean serves(Request poll, long receivedAtMs) {
        return poll.action() instanceof Action.Read read
                && observedAtMs >= Clamped.difference(receivedAtMs, read.maxAgeMs());
    }

    /** How old it is, by a clock that may be behind the one it was observed by. */
    public long ageMs(long nowMs) {
        return Math.max(0, Clamped.difference(nowMs, observedAtMs));
    }
}
