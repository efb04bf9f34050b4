package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import java.util.Objects;

/**
 * The one terminal answer to a request.
 *
 * @param detail why, for people; never holds a secret
 * @param value {@link Value#NONE} unless SUCCEEDED, and for a variable that holds no value
 * @param httpStatus of the last HTTP answer; 0 where none came
 * @param attempts how many calls were made, or perhaps made
 * @param timing when it was read and how long it waited for what
 * @param finishedAtMs when the answer was decided
 * @param ageMs how old the value was then; 0 without one
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

    /** What the device said, for an answer that carries it. */
    public CachedReading observation() {
        return new CachedReading(value, httpStatus, finishedAtMs - ageMs, ResultDetail.ofValue(detail));
    }

    /** An answer given at first sight, without the ledger: INVALID and CONFLICT. */
    public static Result atOnce(Status status, Reason reason, String detail, long nowMs) {
        return new Result(status, reason, detail, Value.NONE, 0, 0, RequestTiming.startingAt(nowMs), 0, nowMs, 0);
    }
}
