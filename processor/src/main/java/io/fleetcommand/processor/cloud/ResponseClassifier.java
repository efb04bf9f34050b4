package io.fleetcommand.processor.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Value;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Maps an HTTP response to the outcome of a call.
 *
 * <p>A rejection is trusted only in the cloud's own form: any other may come from a front end, which either did not
 * forward the request or replaced the cloud's response by a page of its own, so that it is unknown whether the request
 * ran. Two statuses suffice by themselves, also from a proxy: a request that gets a 401 or a 429 was not run.
 */
final class ResponseClassifier {
    private static final int OK = 200;
    private static final int UNAUTHORISED = 401;
    private static final int THROTTLED = 429;
    private static final Pattern DEVICE_ID = Pattern.compile("[0-9a-fA-F]{24}");

    private ResponseClassifier() {}

    static Outcome of(Request request, CloudResponse response, long cloudMs) {
        int status = response.status();
        if (status == OK) {
            return success(request, response, cloudMs);
        }
        if (isDecidedByStatus(status)) {
            Kind kind = status == UNAUTHORISED ? Kind.UNAUTHORISED : Kind.THROTTLED;
            return failed(kind, Reason.NONE, response, false, cloudMs);
        }
        // Redirects are not followed, and other responses are not in the contract: the outcome is unknown.
        return status >= 400 && status < 500
                ? refusal(request.action(), response, cloudMs)
                : failed(Kind.UNCERTAIN, Reason.CLOUD_FAILURE, response, true, cloudMs);
    }

    /** Whether the status alone says that the request did not run. */
    static boolean isDecidedByStatus(int status) {
        return status == UNAUTHORISED || status == THROTTLED;
    }

    private static Outcome refusal(Action action, CloudResponse response, long cloudMs) {
        if (!response.isCloudError()) {
            return foreign(response, cloudMs);
        }
        if (response.isTokenError()) {
            return failed(Kind.UNAUTHORISED, Reason.NONE, response, false, cloudMs);
        }
        return switch (response.status()) {
            case 400 ->
                response.isTimeout()
                        ? unreachable(response, cloudMs)
                        : refused(badRequest(response), response, cloudMs);
            case 403 ->
                refused(response.isDeviceNotFound() ? Reason.DEVICE_NOT_FOUND : Reason.FORBIDDEN, response, cloudMs);
            case 404 ->
                response.isTimeout()
                        ? unreachable(response, cloudMs)
                        : refused(missing(action, response), response, cloudMs);
            case 408 -> unreachable(response, cloudMs);
            default -> refused(Reason.REFUSED, response, cloudMs);
        };
    }

    private static Reason badRequest(CloudResponse response) {
        return response.json().path("error").asText().equals("unauthorized") ? Reason.FORBIDDEN : Reason.REFUSED;
    }

    /** A 404 means a missing device, function or variable; the text tells which. */
    private static Reason missing(Action action, CloudResponse response) {
        if (response.isDeviceNotFound()) {
            return Reason.DEVICE_NOT_FOUND;
        }
        return action instanceof Action.Call ? Reason.FUNCTION_NOT_FOUND : Reason.VARIABLE_NOT_FOUND;
    }

    private static Outcome success(Request request, CloudResponse response, long cloudMs) {
        JsonNode json = response.json();
        if (request.isCommand()
                && json.path("connected").isBoolean()
                && !json.path("connected").asBoolean()) {
            return new Outcome(
                    Kind.UNREACHABLE,
                    Reason.DEVICE_UNREACHABLE,
                    "200, but the device is not connected",
                    Value.NONE,
                    OK,
                    0,
                    true,
                    cloudMs);
        }
        Optional<Value> value = belongsTo(request, json)
                ? request.isCommand() ? returnValue(json) : variableValue(response, json.path("result"))
                : Optional.empty();
        return value.map(found ->
                        new Outcome(Kind.DONE, Reason.NONE, alteration(json, found), found, OK, 0, true, cloudMs))
                .orElseGet(() -> withoutValue(response, cloudMs));
    }

    private static Outcome withoutValue(CloudResponse response, long cloudMs) {
        return response.isCloudError() && response.isTimeout()
                ? unreachable(response, cloudMs)
                : failed(Kind.GARBLED, Reason.UNREADABLE_ANSWER, response, true, cloudMs);
    }

    /** Whether the response belongs to the request: one that names another device, or another variable, does not. */
    private static boolean belongsTo(Request request, JsonNode json) {
        String device =
                json.path("id").asText(json.path("coreInfo").path("deviceID").asText());
        String name = json.path("name").asText(request.action().name());
        return (!DEVICE_ID.matcher(device).matches() || device.equalsIgnoreCase(request.deviceId()))
                && (request.isCommand()
                        || name.equalsIgnoreCase(request.action().name()));
    }

    private static Optional<Value> returnValue(JsonNode json) {
        JsonNode value = json.path("return_value");
        return value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToInt()
                ? Optional.of(new Value.Whole(value.intValue()))
                : Optional.empty();
    }

    /** JSON cannot express NaN and the infinities: null stands for them, as do their names and numbers out of range. */
    private static Optional<Value> variableValue(CloudResponse response, JsonNode value) {
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return Optional.of(new Value.Whole(value.asLong()));
        }
        if (value.isNumber()) {
            double number = value.asDouble();
            return Optional.of(Double.isFinite(number) ? new Value.Fraction(number) : Value.NONE);
        }
        if (value.isBoolean()) {
            return Optional.of(new Value.Truth(value.asBoolean()));
        }
        if (value.isNull()) {
            return Optional.of(Value.NONE);
        }
        return value.isTextual() ? Optional.of(new Value.Text(response.data(value.asText()))) : Optional.empty();
    }

    /** A note if a text is not passed on exactly as it was received. */
    private static String alteration(JsonNode json, Value value) {
        return value instanceof Value.Text text
                        && !text.text().equals(json.path("result").asText())
                ? "parts of the text were replaced: a token, or halves of characters"
                : "";
    }

    private static Outcome unreachable(CloudResponse response, long cloudMs) {
        return failed(Kind.UNREACHABLE, Reason.DEVICE_UNREACHABLE, response, true, cloudMs);
    }

    private static Outcome refused(Reason reason, CloudResponse response, long cloudMs) {
        return failed(Kind.REFUSED, reason, response, true, cloudMs);
    }

    private static Outcome foreign(CloudResponse response, long cloudMs) {
        return new Outcome(
                Kind.GARBLED,
                Reason.UNREADABLE_ANSWER,
                response.foreignText(),
                Value.NONE,
                response.status(),
                response.retryAfterMs(),
                true,
                cloudMs);
    }

    private static Outcome failed(Kind kind, Reason reason, CloudResponse response, boolean counted, long cloudMs) {
        return new Outcome(
                kind,
                reason,
                response.text(),
                Value.NONE,
                response.status(),
                response.retryAfterMs(),
                counted,
                cloudMs);
    }
}
