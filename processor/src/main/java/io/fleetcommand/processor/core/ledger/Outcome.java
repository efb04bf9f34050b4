package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Value;
import java.util.Objects;

/**
 * What one attempt's HTTP call came to: what is known about the device, said as a value. No exception leaves a call.
 *
 * @param reason the finer reason, {@link Reason#NONE} where the kind says all
 * @param detail for people; never holds a secret
 * @param value what came back; {@link Value#NONE} unless DONE, and for a variable that holds no value
 * @param httpStatus status of the HTTP answer; 0 where none came
 * @param retryAfterMs how long the cloud asked to be left alone; 0 where it did not say
 * @param counted whether the attempt counts towards max_attempts
 * @param cloudMs how long the call took
 */
public record Outcome(
        Kind kind,
        Reason reason,
        String detail,
        Value value,
        int httpStatus,
        long retryAfterMs,
        boolean counted,
        long cloudMs) {
    public Outcome {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(reason);
        Objects.requireNonNull(detail);
        Objects.requireNonNull(value);
    }

    /** A claim given back: nothing was sent, and the attempt does not count. */
    public static Outcome released(String why) {
        return new Outcome(Kind.NOT_SENT, Reason.NONE, why, Value.NONE, 0, 0, false, 0);
    }

    /** The same, of a token that is known to be good: the cloud is at fault, and the attempt counts. */
    public Outcome withGoodToken() {
        String why = detail + ", though the token is good";
        return new Outcome(kind, Reason.CLOUD_FAILURE, why, value, httpStatus, retryAfterMs, true, cloudMs);
    }

    /** Whether the next attempt should wait longer than this one did. */
    boolean isFailure() {
        return counted || kind == Kind.THROTTLED || kind == Kind.UNAUTHORISED || reason == Reason.CLOUD_FAILURE;
    }

    /** Whether its device should be left alone for a while. */
    boolean isDevicesFailure() {
        return switch (kind) {
            case UNREACHABLE, UNCERTAIN, GARBLED -> true;
            // While the token is in doubt it says nothing about the device.
            case UNAUTHORISED -> counted;
            case DONE, REFUSED, THROTTLED, NOT_SENT -> false;
        };
    }

    /** The kinds of outcome and what each says about the device. */
    public enum Kind {
        /** 200 with a value: it ran. */
        DONE,
        /** The cloud or the device refused: it did not run and will not. */
        REFUSED,
        /** 429: it did not run. */
        THROTTLED,
        /** The token was not accepted: it did not run. */
        UNAUTHORISED,
        /** Nothing was sent: it did not run. */
        NOT_SENT,
        /** The device did not answer in time: it may have run. */
        UNREACHABLE,
        /** The cloud failed, or the connection broke after sending: it may have run. */
        UNCERTAIN,
        /** An answer that cannot be read, or not in the cloud's form: it may have run. */
        GARBLED;

        /** Whether the attempt surely did not run on the device. */
        public boolean surelyDidNotRun() {
            return switch (this) {
                case REFUSED, THROTTLED, UNAUTHORISED, NOT_SENT -> true;
                case DONE, UNREACHABLE, UNCERTAIN, GARBLED -> false;
            };
        }
    }
}
