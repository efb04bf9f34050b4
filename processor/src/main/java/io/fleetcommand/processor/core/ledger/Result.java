package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import java.util.Objects;

/**
 * The final result of a request; there is exactly one.
 *
 * @param detail why, human-readable; never contains a secret
 * @param value {@link Value#NONE} unless SUCCEEDED, and for a variable that holds no value
 * @param httpStatus the status of the last HTTP response; 0 if there was none
 * @param attempts how many counted calls were made, or may have been made
 * @param timing when the request was read and how long it waited for what
 * @param finishedAtMs when the result was decided
 * @param ageMs how old the value was then; 0 if there is none
 */
public record Result(
        Status status,
        Reason reason,
        String detail,
        Value value,
        int httpStatus,
        int attempts,
        RequestTiming timing,
        long cloudMs,
        long finishedAtMs,
        long ageMs) {
    public Result {
        Objects.requireNonNull(status);
        Objects.requireNonNull(reason);
        Objects.requireNonNull(detail);
        Objects.requireNonNull(value);
        Objects.requireNonNull(timing);
    }

    /** The reading in a result that has a value. */
    public CachedReading reading() {
        return new CachedReading(value, httpStatus, finishedAtMs - ageMs, ResultDetail.ofValue(detail));
    }

    /** A result that is decided at once, without the ledger: INVALID and CONFLICT. */
    public static Result atOnce(Status status, Reason reason, String detail, long nowMs) {
        return new Result(status, reason, detail, Value.NONE, 0, 0, RequestTiming.startingAt(nowMs), 0, nowMs, 0);
    }
}
