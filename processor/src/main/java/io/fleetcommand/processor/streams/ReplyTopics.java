package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.ReplyTo;
import java.util.Optional;

/** Which reply topics callers may name. */
@FunctionalInterface
public interface ReplyTopics {
    /**
     * Why an answer cannot go where the caller wants it, for people; empty if it can.
     *
     * @param requestTopic that the request was read from
     */
    Optional<String> refusal(String requestTopic, ReplyTo wanted);
}
