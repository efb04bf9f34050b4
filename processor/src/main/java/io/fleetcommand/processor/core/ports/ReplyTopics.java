package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.request.ReplyTo;
import java.util.Optional;

/** Which reply topics callers may name. Thread-safe: stream threads share it. */
@FunctionalInterface
public interface ReplyTopics {
    /**
     * Why an answer cannot go where the caller wants it, for people; empty if it can, as far as is known.
     *
     * @param requestTopic the topic that the request was read from
     */
    Optional<String> refusal(String requestTopic, ReplyTo wanted);
}
