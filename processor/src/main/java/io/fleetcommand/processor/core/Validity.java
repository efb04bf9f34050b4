package io.fleetcommand.processor.core;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a request must look like before it may enter the ledger. The limits are those of the device cloud. */
public final class Validity {
    /** The longest argument any device takes, in bytes of UTF-8 (Device OS 3.0 and later on newer hardware). */
    public static final int MAX_ARGUMENT_BYTES = 1024;

    public static final int MAX_ID_LENGTH = 200;

    private static final Pattern DEVICE_ID = Pattern.compile("[0-9a-fA-F]{24}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private Validity() {}

    /** @param key the key of the request's record; empty if it had none */
    public static Optional<Fault> fault(Request request, String key) {
        String what = request.isCommand() ? "function" : "variable";
        if (request.id().isBlank()) {
            return fault(Reason.MISSING_FIELD, "request_id is empty; give every request an id of its own");
        }
        if (request.id().length() > MAX_ID_LENGTH) {
            return fault(Reason.OUT_OF_RANGE, "request_id is longer than " + MAX_ID_LENGTH + " characters");
        }
        if (request.requester().length() > MAX_ID_LENGTH || request.replayOf().length() > MAX_ID_LENGTH) {
            return fault(Reason.OUT_OF_RANGE, "requester or replay_of is longer than " + MAX_ID_LENGTH + " characters");
        }
        if (request.deviceId().isBlank()) {
            return fault(Reason.MISSING_FIELD, "device_id is empty");
        }
        if (!DEVICE_ID.matcher(request.deviceId()).matches()) {
            return fault(
                    Reason.ILLEGAL_NAME, "device_id " + quoted(request.deviceId()) + " is not 24 hexadecimal digits");
        }
        if (!request.deviceId().equals(key)) {
            return fault(
                    Reason.KEY_MISMATCH,
                    "the record's key " + quoted(key) + " is not its device_id " + request.deviceId()
                            + "; the key decides which instance owns the device");
        }
        if (!NAME.matcher(request.product()).matches()) {
            return fault(Reason.ILLEGAL_NAME, "product " + quoted(request.product()) + " is not an id or slug");
        }
        if (request.action().name().isEmpty()) {
            return fault(Reason.MISSING_FIELD, what + " is empty");
        }
        if (!NAME.matcher(request.action().name()).matches()) {
            return fault(
                    Reason.ILLEGAL_NAME,
                    what + " " + quoted(request.action().name())
                            + " may hold letters, digits, _ and -, at most 64 of them");
        }
        return request.action() instanceof Action.Call call
                ? argument(call).or(() -> numbers(request))
                : numbers(request);
    }

    private static Optional<Fault> argument(Action.Call call) {
        int bytes = call.argument().getBytes(StandardCharsets.UTF_8).length;
        return bytes <= MAX_ARGUMENT_BYTES
                ? Optional.empty()
                : fault(
                        Reason.ARGUMENT_TOO_LONG,
                        "the argument is " + bytes + " bytes long; devices take at most " + MAX_ARGUMENT_BYTES
                                + " and would run with the rest cut off");
    }

    private static Optional<Fault> numbers(Request request) {
        if (request.maxAttempts() < 0) {
            return fault(Reason.OUT_OF_RANGE, "max_attempts is " + request.maxAttempts() + "; it must not be below 0");
        }
        if (request.action() instanceof Action.Read read && read.maxAgeMs() < 0) {
            return fault(Reason.OUT_OF_RANGE, "max_age_ms is " + read.maxAgeMs() + "; it must not be below 0");
        }
        return request.notBeforeMs() > request.deadlineMs()
                ? fault(Reason.OUT_OF_RANGE, "not_before is later than the deadline: it could never run")
                : Optional.empty();
    }

    private static Optional<Fault> fault(Reason reason, String detail) {
        return Optional.of(new Fault(reason, detail));
    }

    private static String quoted(String text) {
        return '"' + (text.length() > 80 ? text.substring(0, 80) + "…" : text) + '"';
    }

    /** Why a request is INVALID. */
    public record Fault(Reason reason, String detail) {}
}
