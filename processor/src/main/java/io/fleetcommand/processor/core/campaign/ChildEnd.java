package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import java.util.Objects;

/**
 * How a child ended.
 *
 * @param attempts calls that were made, or perhaps made
 * @param unreachable whether it ended without success because its device could not be reached
 */
public record ChildEnd(
        Status status, Reason reason, Value value, int attempts, boolean unreachable, long finishedAtMs) {
    public ChildEnd {
        Objects.requireNonNull(status);
        Objects.requireNonNull(reason);
        Objects.requireNonNull(value);
        unreachable = unreachable && status != Status.SUCCEEDED;
    }
}
