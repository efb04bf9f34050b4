package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Value;
import java.util.Objects;

/**
 * The outcome of one attempt's HTTP call: what is known about the device, as a value. A call throws no exceptions.
 *
 * @param reason the finer reason; {@link Reason#NONE} where the kind says all
 * @param detail human-readable; never contains a secret
 * @param value the value that was returned; {@link Value#NONE} unless DONE, and for a variable that holds no value
 * @param httpStatus the status of the HTTP response; 0 if there was none
 * @param retryAfterMs how long the cloud asked to wait; 0 if it did not say
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

    /** A released claim: nothing was sent, and the attempt does not count. */
    public static Outcome released(String why) {
        return new Outcome(Kind.NOT_SENT, Reason.NONE, why, Value.NONE, 0, 0, false, 0);
    }

    /** Returns the same outcome for a token that is known to be good: the cloud is at fault, and the attempt counts. */
    public Outcome withGoodToken() {
        String why = detail + ", though the token is good";
        return new Outcome(kind, Reason.CLOUD_FAILURE, why, value, httpStatus, retryAfterMs, true, cloudMs);
    }

    /** Whether the back-off before the next attempt grows. */
    boolean isFailure() {
        return counted || kind == Kind.THROTTLED || kind == Kind.UNAUTHORISED || reason == Reason.CLOUD_FAILURE;
    }

    /** Whether the device's back-off starts or grows. */
    boolean isDeviceFailure() {
        return switch (kind) {
            case UNREACHABLE, UNCERTAIN, GARBLED -> true;
            // While the token is in doubt, the outcome says nothing about the device.
            case UNAUTHORISED -> counted;
            case DONE, REFUSED, THROTTLED, NOT_SENT -> false;
        };
    }

    /** The kinds of outcomes and what each says about the device. */
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
        /** A response that cannot be parsed, or is not in the cloud's format: it may have run. */
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
