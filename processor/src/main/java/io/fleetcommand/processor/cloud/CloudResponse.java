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
 * An HTTP response to a call of the device cloud.
 *
 * @param retryAfterMs the Retry-After time in milliseconds; 0 if none was sent
 * @param shown removes secrets from text that is shown
 */
record CloudResponse(int status, String body, long retryAfterMs, ShownText shown) {
    /** Ambiguous JSON is rejected: duplicate fields and trailing tokens. NaN and infinities are accepted. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final List<String> ERROR_FIELDS = List.of("error_description", "error", "errors", "info");
    /** OAuth error codes, which the cloud sends without {@code ok}. */
    private static final Set<String> OAUTH_ERRORS = Set.of("invalid_request", "invalid_token", "expired_token");

    private static final Set<String> TOKEN_ERRORS = Set.of("invalid_token", "expired_token");
    /** A gateway may send this code alone; the cloud adds an {@code error_description}. */
    private static final String UNAUTHORIZED = "unauthorized";
    /**
     * Error texts that only the cloud uses, with {@code ok} or, in older forms, without (docs/cloud-contract.md §2.3 and §3).
     */
    private static final Pattern CLOUD_ERROR_TEXTS = Pattern.compile(
            "(request )?timed out.*|permission denied\\.?|i didn't recognize that device.*"
                    + "|(device|product|function|variable)( \\S+)? not found.*|unknown variable:.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern NOT_FOUND_TEXTS = Pattern.compile(
            "(device|product)( \\S+)? not found.*|i didn't recognize that device.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /**
     * The body as JSON; a missing node if it is not JSON. A JSON string that contains JSON, as in some 429 responses,
     * is parsed again.
     */
    JsonNode json() {
        JsonNode json = parse(body);
        return json.isTextual() ? parse(json.asText()) : json;
    }

    /**
     * Whether the response is an error in the cloud's own form: a JSON object with {@code ok} false, an OAuth error
     * code, or an error text that the cloud is known for (docs/cloud-contract.md §1 to §3). Anything else comes from a proxy
     * or a front end, whatever its status: these also send JSON with an {@code error}, such as the reason phrase of the
     * status.
     */
    boolean isCloudError() {
        JsonNode ok = json().path("ok");
        return ok.isBoolean() && !ok.asBoolean() || isOauthError() || errorMatches(CLOUD_ERROR_TEXTS);
    }

    /**
     * Whether the error, one in the cloud's form, says that the request had no token, two of them, or an invalid one:
     * it was not processed.
     */
    boolean isTokenError() {
        String error = json().path("error").asText();
        return TOKEN_ERRORS.contains(error) || status == 400 && error.equals("invalid_request");
    }

    /** Whether the error says that the device or the product does not exist. */
    boolean isDeviceNotFound() {
        return errorMatches(NOT_FOUND_TEXTS);
    }

    private boolean isOauthError() {
        String error = json().path("error").asText();
        return OAUTH_ERRORS.contains(error)
                || error.equals(UNAUTHORIZED)
                        && json().path("error_description").isTextual();
    }

    private boolean errorMatches(Pattern pattern) {
        JsonNode json = json();
        return ERROR_FIELDS.stream()
                .map(field -> firstText(json.path(field)).strip())
                .anyMatch(text -> pattern.matcher(text).matches());
    }

    /** The response for human readers: the error text where it is usually found, else the kind of body. */
    String text() {
        String error = errorText();
        if (!error.isBlank()) {
            return shown.of(status + " " + error);
        }
        return isHtml() ? status + " with a page of HTML" : shown.of((status + " " + body).strip());
    }

    /** Like {@link #text()}, for a response that is not the cloud's own. */
    String foreignText() {
        String content = body.isBlank() ? "nothing" : isHtml() ? "a page of HTML" : body;
        return shown.of(status + " from a proxy or front end and not in the cloud's form: " + content);
    }

    /** Text that a device returned, which is data: it is not truncated, but the token is removed. */
    String data(String text) {
        return shown.data(text);
    }

    /**
     * Whether the text says that the device did not respond; older forms of the cloud do so with status 400 and 404.
     */
    boolean isTimeout() {
        return text().toLowerCase(Locale.ROOT).contains("timed out");
    }

    private boolean isHtml() {
        return body.stripLeading().startsWith("<");
    }

    private String errorText() {
        JsonNode json = json();
        for (String field : ERROR_FIELDS) {
            String text = firstText(json.path(field));
            if (!text.isBlank()) {
                return text;
            }
        }
        return "";
    }

    private static String firstText(JsonNode node) {
        JsonNode element = node.isArray() && !node.isEmpty() ? node.get(0) : node;
        JsonNode text = node.isArray() && element.isObject() ? element.path("error") : element;
        return text.isTextual() ? text.asText() : "";
    }

    private static JsonNode parse(String text) {
        try {
            JsonNode parsed = JSON.readTree(text);
            return parsed == null ? JSON.missingNode() : parsed;
        } catch (JsonProcessingException invalid) {
            return JSON.missingNode();
        }
    }
}
