package io.fleetcommand.processor.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.processor.core.Action;
import io.fleetcommand.processor.core.Outcome;
import io.fleetcommand.processor.core.Outcome.Kind;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.Value;
import java.util.Locale;
import java.util.Optional;

/** What an HTTP answer says about the device. */
final class Verdict {
    private Verdict() {}

    static Outcome of(Action action, Reply reply, long cloudMs) {
        int status = reply.status();
        if (status == 200) {
            return success(action, reply, cloudMs);
        }
        return switch (status) {
            case 400 -> badRequest(reply, cloudMs);
            case 401 -> failed(Kind.UNAUTHORISED, Reason.NONE, reply, false, cloudMs);
            case 403 ->
                reply.body().contains("recognize that device")
                        ? refused(Reason.DEVICE_NOT_FOUND, reply, cloudMs)
                        : refused(Reason.FORBIDDEN, reply, cloudMs);
            case 404 ->
                reply.saysTimedOut() ? unreachable(reply, cloudMs) : refused(missing(action, reply), reply, cloudMs);
            case 408 -> unreachable(reply, cloudMs);
            case 429 -> failed(Kind.THROTTLED, Reason.NONE, reply, false, cloudMs);
            default ->
                status > 400 && status < 500
                        ? refused(Reason.REFUSED, reply, cloudMs)
                        // A redirect is not followed, and other answers are not in the contract: nobody knows.
                        : failed(Kind.UNCERTAIN, Reason.CLOUD_FAILURE, reply, true, cloudMs);
        };
    }

    private static Outcome badRequest(Reply reply, long cloudMs) {
        if (reply.saysTimedOut()) {
            return unreachable(reply, cloudMs);
        }
        return switch (reply.json().path("error").asText()) {
            // No token in the request, or two: the call was not looked at.
            case "invalid_request" -> failed(Kind.UNAUTHORISED, Reason.NONE, reply, false, cloudMs);
            case "unauthorized" -> refused(Reason.FORBIDDEN, reply, cloudMs);
            default -> refused(Reason.REFUSED, reply, cloudMs);
        };
    }

    /** A 404 means the device, the function or the variable; the text tells which. */
    private static Reason missing(Action action, Reply reply) {
        String text = reply.text().toLowerCase(Locale.ROOT);
        if (text.contains("device not found") || text.contains("product not found")) {
            return Reason.DEVICE_NOT_FOUND;
        }
        return action instanceof Action.Call ? Reason.FUNCTION_NOT_FOUND : Reason.VARIABLE_NOT_FOUND;
    }

    private static Outcome success(Action action, Reply reply, long cloudMs) {
        JsonNode json = reply.json();
        if (action instanceof Action.Call
                && json.path("connected").isBoolean()
                && !json.path("connected").asBoolean()) {
            return new Outcome(
                    Kind.UNREACHABLE,
                    Reason.DEVICE_UNREACHABLE,
                    "200, but the device is not connected",
                    Value.NONE,
                    200,
                    0,
                    true,
                    cloudMs);
        }
        Optional<Value> value = action instanceof Action.Call ? returned(json) : held(reply, json.path("result"));
        return value.map(found -> new Outcome(Kind.DONE, Reason.NONE, "", found, 200, 0, true, cloudMs))
                .orElseGet(() -> failed(Kind.GARBLED, Reason.UNREADABLE_ANSWER, reply, true, cloudMs));
    }

    private static Optional<Value> returned(JsonNode json) {
        JsonNode value = json.path("return_value");
        return value.isIntegralNumber() && value.canConvertToInt()
                ? Optional.of(new Value.Whole(value.asInt()))
                : Optional.empty();
    }

    private static Optional<Value> held(Reply reply, JsonNode value) {
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return Optional.of(new Value.Whole(value.asLong()));
        }
        if (value.isNumber()) {
            return Optional.of(new Value.Fraction(value.asDouble()));
        }
        if (value.isBoolean()) {
            return Optional.of(new Value.Truth(value.asBoolean()));
        }
        return value.isTextual() ? Optional.of(new Value.Text(reply.data(value.asText()))) : Optional.empty();
    }

    private static Outcome unreachable(Reply reply, long cloudMs) {
        return failed(Kind.UNREACHABLE, Reason.DEVICE_UNREACHABLE, reply, true, cloudMs);
    }

    private static Outcome refused(Reason reason, Reply reply, long cloudMs) {
        return failed(Kind.REFUSED, reason, reply, true, cloudMs);
    }

    private static Outcome failed(Kind kind, Reason reason, Reply reply, boolean counted, long cloudMs) {
        return new Outcome(
                kind, reason, reply.text(), Value.NONE, reply.status(), reply.retryAfterMs(), counted, cloudMs);
    }
}
