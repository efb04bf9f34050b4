package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.SaturatedMath;
import io.fleetcommand.processor.core.request.Value;
import java.util.Objects;

/**
 * The value of a variable, as a device reported it.
 *
 * @param observedAtMs when the call that read it ended
 * @param note how the value differs from what the device reported, human-readable; empty if it does not
 */
public record CachedReading(Value value, int httpStatus, long observedAtMs, String note) {
    public CachedReading {
        Objects.requireNonNull(value);
        Objects.requireNonNull(note);
    }

    /** A value exactly as the device reported it. */
    public CachedReading(Value value, int httpStatus, long observedAtMs) {
        this(value, httpStatus, observedAtMs, "");
    }

    /**
     * Whether it is fresh enough for a poll: older than the reading of the poll by at most the age that the poll
     * allows. A value observed after the poll was read always is, so one call serves all polls that wait for it.
     */
    boolean serves(Request poll, long receivedAtMs) {
        return poll.action() instanceof Action.Read read
                && observedAtMs >= SaturatedMath.difference(receivedAtMs, read.maxAgeMs());
    }

    /** Its age; never negative, although the clock may be behind the one that observed it. */
    public long ageMs(long nowMs) {
        return Math.max(0, SaturatedMath.difference(nowMs, observedAtMs));
    }
}
