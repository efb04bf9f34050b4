package io.fleetcommand.processor.core;

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
public record Answer(
        Status status,
        Reason reason,
        String detail,
        Value value,
        int httpStatus,
        int attempts,
        Timing timing,
        long cloudMs,
        long finishedAtMs,
        long ageMs) {
    public Answer {
        Objects.requireNonNull(status);
        Objects.requireNonNull(reason);
        Objects.requireNonNull(detail);
        Objects.requireNonNull(value);
        Objects.requireNonNull(timing);
    }

    /** What the device said, for an answer that carries it. */
    public Observation observation() {
        return new Observation(value, httpStatus, finishedAtMs - ageMs, Wording.ofValue(detail));
    }

    /** An answer given at first sight, without the ledger: INVALID and CONFLICT. */
    public static Answer atOnce(Status status, Reason reason, String detail, long nowMs) {
        return new Answer(status, reason, detail, Value.NONE, 0, 0, Timing.startingAt(nowMs), 0, nowMs, 0);
    }
}
