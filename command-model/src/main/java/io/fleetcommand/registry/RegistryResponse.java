package io.fleetcommand.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.text.VisibleText;
import java.io.IOException;
import okhttp3.Response;

/**
 * The response of one address. A proxy may respond instead of the registry, so only JSON in the registry's own format
 * is believed. Immutable.
 *
 * @param json the body; a missing node if it is not JSON, or too long
 * @param isTruncated whether the body is too long, and begins like JSON
 */
record RegistryResponse(int status, JsonNode json, boolean isTruncated) {
    /** More than the longest accepted schema takes in any JSON encoding. */
    static final int MAX_BYTES = 4_000_000;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ERROR_CODE = "error_code";

    static RegistryResponse read(Response response) throws IOException {
        byte[] body = response.body().byteStream().readNBytes(MAX_BYTES + 1);
        return body.length > MAX_BYTES
                ? new RegistryResponse(response.code(), JSON.missingNode(), body[0] == '{')
                : new RegistryResponse(response.code(), parse(body), false);
    }

    private static JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException notJson) {
            return JSON.missingNode();
        }
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Whether the address rejects the credentials. */
    boolean isDenied() {
        return status == 401 || status == 403;
    }

    /** The registry's error code; 0 if there is none. */
    int errorCode() {
        return json.path(ERROR_CODE).asInt(0);
    }

    /** The registry's error code and message. */
    String text() {
        return "error " + json.path(ERROR_CODE).asInt(status) + messageSuffix();
    }

    /** The registry's message after a colon; empty if there is none. */
    String messageSuffix() {
        return json.path("message").isTextual()
                ? ": " + VisibleText.brief(json.path("message").asText())
                : "";
    }
}
