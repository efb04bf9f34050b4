package io.fleetcommand.processor.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An HTTP answer of the cloud.
 *
 * @param retryAfterMs how long it asked to be left alone; 0 if it did not
 * @param shown takes out of its text what must not be shown
 */
record CloudResponse(int status, String body, long retryAfterMs, ShownText shown) {
    /** What is ambiguous is not JSON to us: a field twice, or more behind the end. NaN and infinities are read. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final List<String> ERROR_FIELDS = List.of("error_description", "error", "errors", "info");
    /** Of OAuth; the cloud gives them without {@code ok}. */
    private static final Set<String> OAUTH_ERRORS = Set.of("invalid_request", "invalid_token", "expired_token");
    /** A gateway may say that by itself; the cloud says to whom. */
    private static final String UNAUTHORIZED = "unauthorized";
    /**
     * What the cloud says in words of its own, with {@code ok} or, in older forms, without (docs/cloud-contract.md §2.3
     * and §3).
     */
    private static final Pattern CLOUDS_WORDS = Pattern.compile(
            "(request )?timed out.*|permission denied\\.?|i didn't recognize that device.*"
                    + "|(device|product|function|variable)( \\S+)? not found.*|unknown variable:.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern NO_DEVICE = Pattern.compile(
            "(device|product)( \\S+)? not found.*|i didn't recognize that device.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** The body as JSON; missing if it is none. A JSON text that holds JSON, as some 429s do, is opened. */
    JsonNode json() {
        JsonNode json = parse(body);
        return json.isTextual() ? parse(json.asText()) : json;
    }

    /**
     * Whether it is an error in the cloud's own form: a JSON object with {@code ok} false, an error code of OAuth, or
     * an error in words that the cloud is known for (docs/cloud-contract.md §1 to §3). Anything else comes from a proxy
     * or a front end, whatever its status: these too write JSON with an {@code error}, such as the status's own name.
     */
    boolean isCloudsError() {
        JsonNode ok = json().path("ok");
        return ok.isBoolean() && !ok.asBoolean() || isOauthError() || says(CLOUDS_WORDS);
    }

    /** Whether it says that there is no such device, or no such product. */
    boolean saysNoDevice() {
        return says(NO_DEVICE);
    }

    private boolean isOauthError() {
        String error = json().path("error").asText();
        return OAUTH_ERRORS.contains(error)
                || error.equals(UNAUTHORIZED)
                        && json().path("error_description").isTextual();
    }

    private boolean says(Pattern words) {
        JsonNode json = json();
        return ERROR_FIELDS.stream()
                .map(field -> first(json.path(field)).strip())
                .anyMatch(text -> words.matcher(text).matches());
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
