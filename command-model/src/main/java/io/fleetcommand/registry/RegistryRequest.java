package io.fleetcommand.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One request of the REST protocol, and what counts as a registry's answer to it. Anything else, whatever its status,
 * comes from something that is not the registry, or from one that is not itself at the moment.
 *
 * @param action what is asked, to follow "while"
 * @param path of the request, with the leading slash
 * @param message what is sent; empty for a GET
 * @param isAnswer whether the JSON of a success holds what was asked for
 * @param unknownCodes the error codes that say "I do not have it"
 * @param refusalStatuses the statuses with which a registry refuses what is sent
 */
record RegistryRequest(
        String action,
        String path,
        Optional<Message> message,
        Predicate<JsonNode> isAnswer,
        Set<Integer> unknownCodes,
        Set<Integer> refusalStatuses) {
    /** What is sent with a request. */
    record Message(String method, String json) {}

    /** What a reply means. */
    enum Outcome {
        /** The answer, or a refusal of what was sent. */
        ANSWER,
        /** The registry does not have it; another may. */
        UNKNOWN,
        /** The credentials are not taken: asking again soon is of no use. */
        DENIED,
        /** No word of a registry. */
        FAILURE
    }

    Outcome classify(RegistryResponse reply) {
        if (reply.isSuccess() && (reply.isTruncated() || isAnswer.test(reply.json()))
                || refusalStatuses.contains(reply.status()) && reply.errorCode() != 0) {
            return Outcome.ANSWER;
        }
        if (reply.status() == 404 && unknownCodes.contains(reply.errorCode())) {
            return Outcome.UNKNOWN;
        }
        return reply.isDenied() ? Outcome.DENIED : Outcome.FAILURE;
    }
}
