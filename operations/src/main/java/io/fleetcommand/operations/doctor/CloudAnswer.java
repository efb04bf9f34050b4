package io.fleetcommand.operations.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the device cloud has answered. The body may hold what was asked, a token among it: it is not to be shown as it is.
 *
 * @param date by the cloud's clock; empty if it does not say, or not readably
 * @param at when it came, by this machine's clock
 */
record CloudAnswer(
        int status,
        String contentType,
        String retryAfter,
        String body,
        Optional<Instant> date,
        Instant at,
        Duration took) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int THROTTLED = 429;

    boolean isThrottled() {
        return status == THROTTLED;
    }

    /** The body as JSON; a missing node if it is none. */
    JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return JSON.missingNode();
        }
    }

    /** The text of {@code error}; empty if there is none. */
    String error() {
        return json().path("error").asText("");
    }
}
