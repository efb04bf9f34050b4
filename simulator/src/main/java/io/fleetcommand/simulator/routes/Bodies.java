package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.Principal;
import io.fleetcommand.simulator.accounts.Principal.Kind;
import io.fleetcommand.simulator.fleet.Firmware;
import io.fleetcommand.simulator.limits.LimitDecision;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.util.List;
import java.util.Map;

/** The cloud's error responses in the format of the profile (particle-contract §1, §2.3, §3, §6, §9). */
final class Bodies {
    private static final Map<String, String> NO_STORE = Map.of("Cache-Control", "no-store", "Pragma", "no-cache");
    private static final String THROTTLED = "{\"error\":\"Too many requests: the limit of this address is used up\"}";

    private final Profile profile;

    Bodies(Profile profile) {
        this.profile = profile;
    }

    /** Whether a token in the query of a GET is accepted. */
    boolean readTokenInQuery() {
        return profile.has(Setting.QUERY_TOKEN_ACCEPTED);
    }

    Reply notFound() {
        return notOk(404, "Not found");
    }

    /** For features of the cloud that are not simulated. */
    Reply notSimulated() {
        return notOk(501, "The simulator does not do this");
    }

    Reply tokenMissing() {
        return oauth(400, "invalid_request", "The access token was not found");
    }

    Reply tokenInvalid() {
        return oauth(401, "invalid_token", "The access token provided is invalid.");
    }

    Reply tokenExpired() {
        return oauth(401, "invalid_token", "The access token provided has expired.");
    }

    Reply twoTokens() {
        return oauth(
                400,
                "invalid_request",
                "Only one method may be used to authenticate at a time (Auth header,  GET or POST).");
    }

    Reply malformedAuthorization() {
        return oauth(400, "invalid_request", "Malformed auth header");
    }

    Reply closedToApiUsers() {
        return oauth(400, "unauthorized", "API users are not allowed to call this endpoint");
    }

    Reply scopeMissing(Principal principal, String scope) {
        String holder = principal.kind() == Kind.API_USER ? "API user" : "access token";
        return oauth(scopeMissStatus(), "unauthorized", "This " + holder + " lacks the scope " + scope);
    }

    private int scopeMissStatus() {
        if (profile.has(Setting.SCOPE_MISS_401)) {
            return 401;
        }
        return profile.has(Setting.SCOPE_MISS_403) ? 403 : 400;
    }

    Reply oauth(int status, String error, String description) {
        return Reply.json(status, SimulatorJson.object(json -> {
                    json.writeStringField("error", error);
                    json.writeStringField("error_description", description);
                }))
                .withHeaders(NO_STORE);
    }

    Reply lockedOut(LimitDecision decision) {
        return profile.has(Setting.LOCK_OUT_403)
                ? notOk(403, "Too many failed attempts: this address is locked out")
                : throttled(decision);
    }

    Reply throttled(LimitDecision decision) {
        var reply = throttled();
        if (!profile.has(Setting.RETRY_AFTER_PRESENT)) {
            return reply;
        }
        long seconds = decision.retryAfter().plusMillis(999).toSeconds();
        return reply.withHeaders(Map.of("Retry-After", Long.toString(Math.max(1, seconds))));
    }

    Reply throttled() {
        if (profile.has(Setting.THROTTLE_BODY_HTML)) {
            return Reply.html(429);
        }
        return profile.has(Setting.THROTTLE_BODY_DOUBLE_ENCODED) ? doubleEncodedThrottle() : Reply.json(429, THROTTLED);
    }

    static Reply doubleEncodedThrottle() {
        return Reply.json(429, SimulatorJson.value(THROTTLED));
    }

    Reply timedOut() {
        return notOk(408, "timed out");
    }

    Reply knownOffline() {
        if (profile.has(Setting.OFFLINE_404)) {
            return notOk(404, "timed out");
        }
        if (profile.has(Setting.OFFLINE_400_SLOW)) {
            return notOk(400, "Timed out.");
        }
        return profile.has(Setting.OFFLINE_408_WITHOUT_OK) ? Reply.json(408, "{\"error\":\"Timed out.\"}") : timedOut();
    }

    Reply unknownFunction(String name) {
        return notOk(
                404,
                profile.has(Setting.UNKNOWN_FUNCTION_UNNAMED)
                        ? "Function not found"
                        : "Function " + name + " not found");
    }

    Reply unknownVariable(String name) {
        return notOk(
                404,
                profile.has(Setting.UNKNOWN_VARIABLE_UNNAMED) ? "Variable not found" : "Unknown Variable: " + name);
    }

    Reply unknownDevice() {
        return profile.has(Setting.UNKNOWN_DEVICE_403) ? unrecognizedDevice() : notOk(404, "Device not found");
    }

    /** For paths without a product. */
    Reply foreignDevice() {
        return profile.has(Setting.FOREIGN_DEVICE_404) ? notOk(404, "Device not found") : unrecognizedDevice();
    }

    /** As recorded. */
    private static Reply unrecognizedDevice() {
        return Reply.json(403, SimulatorJson.object(json -> {
            json.writeStringField("error", "Permission Denied");
            json.writeStringField(
                    "info",
                    "I didn't recognize that device name or ID, try opening"
                            + " https://api.particle.io/v1/devices?access_token=undefined");
        }));
    }

    Reply unknownProduct() {
        return profile.has(Setting.UNKNOWN_PRODUCT_404) ? notOk(404, "Product not found.") : permissionDenied();
    }

    Reply permissionDenied() {
        return Reply.json(
                403, "{\"ok\":false,\"error\":\"Permission denied\",\"error_description\":\"Permission denied\"}");
    }

    Reply argumentTooLong() {
        return notOk(400, "Argument is longer than " + Firmware.ARGUMENT_BYTES + " bytes");
    }

    Reply noReturnValue() {
        return notOk(200, "The device sent no return value");
    }

    /** The usual response for the status of a fault. */
    Reply usual(int status) {
        return switch (status) {
            case 401 -> tokenInvalid();
            case 403 -> permissionDenied();
            case 404 -> notOk(404, "Device not found");
            case 408 -> timedOut();
            case 429 -> throttled();
            default ->
                status < 500
                        ? notOk(status, "Simulated fault")
                        : Reply.json(
                                status,
                                "{\"ok\":false,\"code\":" + status
                                        + ",\"errors\":[{\"error\":\"Timed out, didn't hear back from device"
                                        + " service\"}]}");
        };
    }

    /** The format of some calls: a list of errors. */
    static Reply errors(int status, String error) {
        return Reply.json(status, SimulatorJson.value(Map.of("ok", false, "errors", List.of(error))));
    }

    static Reply notOk(int status, String error) {
        return Reply.json(status, SimulatorJson.object(json -> {
            json.writeBooleanField("ok", false);
            json.writeStringField("error", error);
        }));
    }
}
