package io.fleetcommand.processor.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;

/**
 * An HTTP answer of the cloud.
 *
 * @param retryAfterMs how long it asked to be left alone; 0 if it did not
 * @param shown takes out of its text what must not be shown
 */
record Reply(int status, String body, long retryAfterMs, ShownText shown) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The body as JSON; missing if it is none. A JSON text that holds JSON, as some 429s do, is opened. */
    JsonNode json() {
        JsonNode json = parse(body);
        return json.isTextual() ? parse(json.asText()) : json;
    }

    /** What the cloud said, for people: the error text where it is usually found, else the kind of body. */
    String text() {
        JsonNode json = json();
        for (String field : new String[] {"error_description", "error", "errors", "info"}) {
            String text = first(json.path(field));
            if (!text.isBlank()) {
                return shown.of(status + " " + text);
            }
        }
        String start = body.stripLeading().toLowerCase(Locale.ROOT);
        return start.startsWith("<") ? status + " with a page of HTML" : shown.of((status + " " + body).strip());
    }

    /** A text that a device gave back, which is data: nothing of it is cut, but the token must not be in it. */
    String data(String text) {
        return shown.data(text);
    }

    /** Whether the text says that the device did not answer; older forms say so with 400 and 404. */
    boolean saysTimedOut() {
        return text().toLowerCase(Locale.ROOT).contains("timed out");
    }

    private static String first(JsonNode node) {
        JsonNode one = node.isArray() && !node.isEmpty() ? node.get(0) : node;
        return one.isObject() ? one.path("error").asText("") : one.asText("");
    }

    private static JsonNode parse(String text) {
        try {
            JsonNode parsed = JSON.readTree(text);
            return parsed == null ? JSON.missingNode() : parsed;
        } catch (JsonProcessingException notJson) {
            return JSON.missingNode();
        }
    }
}
