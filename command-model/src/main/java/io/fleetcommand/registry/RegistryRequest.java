package io.fleetcommand.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

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
}
