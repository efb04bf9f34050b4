package io.fleetcommand.processor.replies;

import java.util.OptionalLong;

/** What Kafka says about a topic. */
sealed interface TopicFacts {
    /** There is no such topic. */
    record Absent() implements TopicFacts {}

    /** The processor may not see the topic, and so it may not write to it either: in Kafka WRITE includes DESCRIBE. */
    record Denied() implements TopicFacts {}

    /**
     * @param maxMessageBytes the longest batch that it takes; empty if the processor may not see its settings
     */
    record Present(int partitions, OptionalLong maxMessageBytes) implements TopicFacts {}
}
