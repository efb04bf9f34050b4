package io.fleetcommand.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.Schema;

/**
 * One request of the REST API, and the criteria of a valid response to it. Any other response, whatever its status, is
 * a failure: it comes from a proxy, or from a registry that is not working. Immutable.
 *
 * @param action what the request does, to follow "while"
 * @param path path with leading slash
 * @param message method and body; empty for a GET
 * @param isAnswer whether the JSON of a success contains the result
 * @param unknownCodes the error codes for "not found"
 * @param refusalStatuses the statuses with which a registry rejects the body
 */
record RegistryRequest(
        String action,
        String path,
        Optional<Message> message,
        Predicate<JsonNode> isAnswer,
        Set<Integer> unknownCodes,
        Set<Integer> refusalStatuses) {
    static final int SCHEMA_NOT_FOUND = 40403;

    private static final int SUBJECT_NOT_FOUND = 40401;
    private static final int VERSION_NOT_FOUND = 40402;
    /** The error codes with which a registry says that a subject or a schema under it is not registered. */
    static final Set<Integer> NOT_REGISTERED = Set.of(SUBJECT_NOT_FOUND, VERSION_NOT_FOUND, SCHEMA_NOT_FOUND);

    private static final ObjectMapper JSON = new ObjectMapper();

    static RegistryRequest get(String action, String path, Predicate<JsonNode> isAnswer, Set<Integer> unknownCodes) {
        return new RegistryRequest(action, path, Optional.empty(), isAnswer, unknownCodes, Set.of());
    }

    /** Looks up a schema under a subject, without registering it. */
    static RegistryRequest lookUp(
            String subject, Schema schema, Predicate<JsonNode> isAnswer, Set<Integer> unknownCodes) {
        return new RegistryRequest(
                "looking up " + schema.getFullName() + " under " + subject,
                subjectPath(subject),
                Optional.of(body(schema)),
                isAnswer,
                unknownCodes,
                Set.of());
    }

    /** Registers a schema under a subject. */
    static RegistryRequest register(
            String subject, Schema schema, Predicate<JsonNode> isAnswer, Set<Integer> refusalStatuses) {
        return new RegistryRequest(
                "registering " + schema.getFullName() + " under " + subject,
                subjectPath(subject) + "/versions",
                Optional.of(body(schema)),
                isAnswer,
                Set.of(),
                refusalStatuses);
    }

    static RegistryRequest put(String action, String path, Map<String, String> fields) {
        return new RegistryRequest(
                action, path, Optional.of(new Message("PUT", json(fields))), JsonNode::isObject, Set.of(), Set.of());
    }

    static String subjectPath(String subject) {
        return "/subjects/" + encode(subject);
    }

    static String configPath(String subject) {
        return "/config/" + encode(subject);
    }

    static boolean holdsSchema(JsonNode json) {
        return json.path("schema").isTextual();
    }

    /** The method and body of a request. */
    record Message(String method, String json) {}

    /** The classification of a response. */
    enum Outcome {
        /** The result, or the rejection of the body. */
        ANSWER,
        /** Not found at this registry; another one may have it. */
        UNKNOWN,
        /** The credentials are rejected: a retry soon is pointless. */
        DENIED,
        /** Not a response of a working registry. */
        FAILURE
    }

    Outcome classify(RegistryResponse response) {
        if (response.isSuccess() && (response.isTruncated() || isAnswer.test(response.json()))
                || refusalStatuses.contains(response.status()) && response.errorCode() != 0) {
            return Outcome.ANSWER;
        }
        if (response.status() == 404 && unknownCodes.contains(response.errorCode())) {
            return Outcome.UNKNOWN;
        }
        return response.isDenied() ? Outcome.DENIED : Outcome.FAILURE;
    }

    private static Message body(Schema schema) {
        return new Message("POST", json(Map.of("schema", schema.toString())));
    }

    private static String json(Map<String, String> fields) {
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
