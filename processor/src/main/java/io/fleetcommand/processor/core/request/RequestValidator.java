package io.fleetcommand.processor.core.request;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks a request before it enters the ledger. The limits are those of the device cloud; names must be printable,
 * since they are shown and logged.
 */
public final class RequestValidator {
    /** The longest argument any device takes, in bytes of UTF-8 (Device OS 3.0 and later on newer hardware). */
    public static final int MAX_ARGUMENT_BYTES = 1024;

    public static final int MAX_ID_LENGTH = 200;

    private static final Pattern DEVICE_ID = Pattern.compile("[0-9a-f]{24}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    /** Controls, invisible format characters, line separators. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
    /**
     * U+FFFD, which decoders substitute for bytes that are not UTF-8, and unpaired surrogates, which UTF-8 cannot
     * encode. Whether a caller meant U+FFFD itself can no longer be told.
     */
    private static final Pattern NOT_UTF_8 = Pattern.compile("[\\uFFFD\\p{Cs}]");

    private RequestValidator() {}

    /**
     * Returns the first fault of a request; empty if it is valid.
     *
     * @param key the key of the request's record; empty if it had none
     * @param maxTtlMs the longest time from now to a deadline
     */
    public static Optional<Fault> fault(Request request, String key, long nowMs, long maxTtlMs) {
        return id(request.id())
                .or(() -> text("requester", request.requester()))
                .or(() -> text("replay_of", request.replayOf()))
                .or(() -> device(request.deviceId(), key))
                .or(() -> names(request))
                .or(() -> request.action() instanceof Action.Call call ? argument(call) : Optional.empty())
                .or(() -> numbers(request))
                .or(() -> TimestampValidator.fault(request, nowMs, maxTtlMs));
    }

    /**
     * Returns the first fault of a cancellation; empty if it is valid.
     *
     * @param key the key of its record; empty if it had none
     */
    public static Optional<Fault> cancellationFault(String requestId, String deviceId, String requester, String key) {
        return id(requestId).or(() -> text("requester", requester)).or(() -> device(deviceId, key));
    }

    /** Whether this is a device id in the form that the cloud uses. */
    public static boolean isDeviceId(String text) {
        return DEVICE_ID.matcher(text).matches();
    }

    private static Optional<Fault> id(String id) {
        return id.isBlank()
                ? fault(Reason.MISSING_FIELD, "request_id is empty; give every request an id of its own")
                : text("request_id", id);
    }

    private static Optional<Fault> text(String name, String text) {
        if (text.length() > MAX_ID_LENGTH) {
            return tooLong(name);
        }
        return encoding(name + " " + quoted(text), text)
                .or(() -> UNPRINTABLE.matcher(text).find()
                        ? fault(
                                Reason.ILLEGAL_NAME,
                                name + " " + quoted(text)
                                        + " holds a line end or another character that cannot be seen")
                        : Optional.empty());
    }

    /** @param what names the text in the message */
    private static Optional<Fault> encoding(String what, String text) {
        Matcher found = NOT_UTF_8.matcher(text);
        return found.find()
                ? fault(
                        Reason.ILLEGAL_NAME,
                        what + " is not valid UTF-8: its character " + (found.start() + 1)
                                + " is U+FFFD, which stands for bytes that are no text, or half of a surrogate pair")
                : Optional.empty();
    }

    private static Optional<Fault> tooLong(String name) {
        return fault(Reason.OUT_OF_RANGE, name + " is longer than " + MAX_ID_LENGTH + " characters");
    }

    private static Optional<Fault> device(String deviceId, String key) {
        if (deviceId.isBlank()) {
            return fault(Reason.MISSING_FIELD, "device_id is empty");
        }
        String lowerCase = deviceId.toLowerCase(Locale.ROOT);
        if (!deviceId.equals(lowerCase) && isDeviceId(lowerCase)) {
            return fault(
                    Reason.ILLEGAL_NAME,
                    "device_id " + quoted(deviceId)
                            + " holds capital letters, by which it would be another device; write"
                            + " it in small letters, " + lowerCase + ", and the record's key too");
        }
        if (!isDeviceId(deviceId)) {
            return fault(Reason.ILLEGAL_NAME, "device_id " + quoted(deviceId) + " is not 24 hexadecimal digits");
        }
        return deviceId.equals(key)
                ? Optional.empty()
                : fault(
                        Reason.KEY_MISMATCH,
                        "the record's key " + quoted(key) + " is not its device_id " + deviceId
                                + "; the key decides which instance owns the device"
                                + (deviceId.equals(key.toLowerCase(Locale.ROOT)) ? ": write it in small letters" : ""));
    }

    private static Optional<Fault> names(Request request) {
        String what = request.isCommand() ? "function" : "variable";
        String name = request.action().name();
        Optional<Fault> encoding = encoding("product " + quoted(request.product()), request.product())
                .or(() -> encoding(what + " " + quoted(name), name));
        if (encoding.isPresent()) {
            return encoding;
        }
        if (!NAME.matcher(request.product()).matches()) {
            return fault(Reason.ILLEGAL_NAME, "product " + quoted(request.product()) + " is not an id or slug");
        }
        if (name.isEmpty()) {
            return fault(Reason.MISSING_FIELD, what + " is empty");
        }
        return NAME.matcher(name).matches()
                ? Optional.empty()
                : fault(
                        Reason.ILLEGAL_NAME,
                        what + " " + quoted(name) + " may hold letters, digits, _ and -, at most 64 of them");
    }

    /** Allows control characters, which devices may want, but nothing that was altered by a wrong encoding. */
    private static Optional<Fault> argument(Action.Call call) {
        return encoding("the argument", call.argument()).or(() -> length(call));
    }

    private static Optional<Fault> length(Action.Call call) {
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
        return Optional.empty();
    }

    private static Optional<Fault> fault(Reason reason, String detail) {
        return Optional.of(new Fault(reason, detail));
    }

    /** Quotes a text; control characters are made printable before the text leaves the processor. */
    private static String quoted(String text) {
        return '"' + (text.length() > 80 ? text.substring(0, 80) + "…" : text) + '"';
    }

    /** Why a request is {@link Status#INVALID}. */
    public record Fault(Reason reason, String detail) {}
}
