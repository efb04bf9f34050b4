package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.SaturatedMath;
import io.fleetcommand.processor.core.request.Value;
import java.util.Objects;

/**
 * What a device said a variable holds.
 *
 * @param observedAtMs when the call that read it ended
 * @param note how the value differs from what the device said, for people; empty if it does not
 */
public record CachedReading(Value value, int httpStatus, long observedAtMs, String note) {
    public CachedReading {
        Objects.requireNonNull(value);
        Objects.requireNonNull(note);
    }

    /** A value as the device said it. */
    public CachedReading(Value value, int httpStatus, long observedAtMs) {
        this(value, httpStatus, observedAtMs, "");
    }

    /**
     * Whether it is new enough for a poll: at most so much older than the reading of the poll as the poll allows. A
     * value that came after the poll was read always is, and so one call serves all who wait for it.
     */
    boolean serves(Request poll, long receivedAtMs) {
        return poll.action() instanceof Action.Read read
                && observedAtMs >= SaturatedMath.difference(receivedAtMs, read.maxAgeMs());
    }

    /** How old it is, by a clock that may be behind the one it was observed by. */
    public long ageMs(long nowMs) {
        return Math.max(0, SaturatedMath.difference(nowMs, observedAtMs));
    }
}
