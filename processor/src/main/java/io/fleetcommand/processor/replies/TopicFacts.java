package io.fleetcommand.processor.replies;

import java.util.OptionalLong;

/** What Kafka reports about a topic. */
sealed interface TopicFacts {
    /** The topic does not exist. */
    record Absent() implements TopicFacts {}

    /** The processor may not describe the topic, and so may not write to it either: in Kafka WRITE implies DESCRIBE. */
    record Denied() implements TopicFacts {}

    /**
     * @param maxMessageBytes the max.message.bytes of the topic; empty if the processor may not read its configuration
     */
    record Present(int partitions, OptionalLong maxMessageBytes) implements TopicFacts {}
}
