package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.request.ReplyTo;
import java.util.Optional;

/** Decides which reply topics callers may name. Thread-safe. */
@FunctionalInterface
public interface ReplyTopics {
    /**
     * Why a result cannot be sent where the caller wants it, human-readable; empty if it can, as far as is known.
     *
     * @param requestTopic the topic that the request was read from
     */
    Optional<String> refusal(String requestTopic, ReplyTo wanted);
}
