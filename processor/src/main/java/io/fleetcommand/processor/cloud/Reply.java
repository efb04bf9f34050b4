package io.fleetcommand.processor.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Locale;

/**
 * An HTTP answer of the cloud.
 *
 * @param retryAfterMs how long it asked to be left alone; 0 if it did not
 * @param shown takes out of its text what must not be shown
 */
record Reply(int status, String body, long retryAfterMs, ShownText shown) {
    /** What is ambiguous is not JSON to us: a field twice, or more behind the end. NaN and infinities are read. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String[] ERROR_FIELDS = {"error_description", "error", "errors", "info"};

    /** The body as JSON; missing if it is none. A JSON text that holds JSON, as some 429s do, is opened. */
    JsonNode json() {
        JsonNode json = parse(body);
        return json.isTextual() ? parse(json.asText()) : json;
    }

    /**
     * Whether it is an error in the cloud's own form: a JSON object with {@code ok} false or an error text (contract,
     * section 1). Anything else comes from a proxy or a front end, whatever its status.
     */
    boolean isCloudsError() {
        JsonNode ok = json().path("ok");
        return ok.isBoolean() && !ok.asBoolean() || !errorText().isBlank();
    }

    /** What the cloud said, for people: the error text where it is usually found, else the kind of body. */
    String text() {
        String error = errorText();
        if (!error.isBlank()) {
            return shown.of(status + " " + error);
        }
        return isHtml() ? status + " with a page of HTML" : shown.of((status + " " + body).strip());
    }

    /** The same for an answer that is not the cloud's own. */
    String foreignText() {
        String content = body.isBlank() ? "nothing" : isHtml() ? "a page of HTML" : body;
        return shown.of(status + " from a proxy or front end and not in the cloud's form: " + content);
    }

    /** A text that a device gave back, which is data: nothing of it is cut, but the token must not be in it. */
    String data(String text) {
        return shown.data(text);
    }

    /** Whether the text says that the device did not answer; older forms say so with 400 and 404. */
    boolean saysTimedOut() {
        return text().toLowerCase(Locale.ROOT).contains("timed out");
    }

    private boolean isHtml() {
        return body.stripLeading().startsWith("<");
    }

    private String errorText() {
        JsonNode json = json();
        for (String field : ERROR_FIELDS) {
            String text = first(json.path(field));
            if (!text.isBlank()) {
                return text;
            }
        }
        return "";
    }

    private static String first(JsonNode node) {
        JsonNode one = node.isArray() && !node.isEmpty() ? node.get(0) : node;
        JsonNode text = node.isArray() && one.isObject() ? one.path("error") : one;
        return text.isTextual() ? text.asText() : "";
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
