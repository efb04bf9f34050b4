package io.fleetcommand.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import okhttp3.Response;

/**
 * What one address answered. A front end may stand there instead of the registry, so only JSON in the registry's own
 * form counts as its word.
 *
 * @param json the body; a missing node where it is no JSON, or too long
 * @param isTruncated whether it is longer than what is read of it, and began as JSON does
 */
record RegistryResponse(int status, JsonNode json, boolean isTruncated) {
    /** More than the longest schema that is read takes, however it is written. */
    static final int MAX_BYTES = 4_000_000;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ERROR_CODE = "error_code";

    static RegistryResponse read(Response response) throws IOException {
        byte[] body = response.body().byteStream().readNBytes(MAX_BYTES + 1);
        return body.length > MAX_BYTES
                ? new RegistryResponse(response.code(), JSON.missingNode(), body[0] == '{')
                : new RegistryResponse(response.code(), parsed(body), false);
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException notJson) {
            return JSON.missingNode();
        }
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Whether the address wants other credentials. */
    boolean isDenied() {
        return status == 401 || status == 403;
    }

    /** The registry's own error code; 0 where a registry did not give one. */
    int errorCode() {
        return json.path(ERROR_CODE).asInt(0);
    }

    /** What the registry said, with its own error code. */
    String text() {
        return "error " + json.path(ERROR_CODE).asInt(status) + messageSuffix();
    }

    /** The words to it, after a colon, if there are any. */
    String messageSuffix() {
        return json.path("message").isTextual()
                ? ": " + PrintableText.of(json.path("message").asText())
                : "";
    }
}
