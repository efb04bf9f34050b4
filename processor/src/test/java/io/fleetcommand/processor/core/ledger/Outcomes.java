package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Value;

/** Outcomes for tests, as the cloud client produces them. */
public final class Outcomes {
    private Outcomes() {}

    public static Outcome of(Outcome.Kind kind) {
        return switch (kind) {
            case DONE -> new Outcome(kind, Reason.NONE, "", new Value.Whole(42), 200, 0, true, 10);
            case REFUSED -> failed(kind, Reason.FUNCTION_NOT_FOUND, "Function launch not found", 404, true);
            case THROTTLED -> failed(kind, Reason.NONE, "too many requests", 429, false);
            case UNAUTHORISED -> failed(kind, Reason.NONE, "invalid token", 401, false);
            case NOT_SENT -> failed(kind, Reason.CLOUD_FAILURE, "connection refused", 0, false);
            case UNREACHABLE -> failed(kind, Reason.DEVICE_UNREACHABLE, "timed out", 408, true);
            case UNCERTAIN -> failed(kind, Reason.CLOUD_FAILURE, "connection reset", 0, true);
            case GARBLED -> failed(kind, Reason.UNREADABLE_ANSWER, "200 without return_value", 200, true);
        };
    }

    private static Outcome failed(Outcome.Kind kind, Reason reason, String detail, int status, boolean counted) {
        return new Outcome(kind, reason, detail, Value.NONE, status, 0, counted, 10);
    }
}
