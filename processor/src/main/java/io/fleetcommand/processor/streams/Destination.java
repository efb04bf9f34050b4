package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.ReplyTo;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/**
 * Where an outgoing record goes. It travels through the topology in the place of the key, so that one sink serves every
 * topic, those that callers name included.
 *
 * @param partition of the topic, or {@link ReplyTo#ANY_PARTITION} to let the key decide
 */
record Destination(String topic, int partition, byte[] key) {
    static Destination of(String topic, String key) {
        return new Destination(topic, ReplyTo.ANY_PARTITION, key.getBytes(StandardCharsets.UTF_8));
    }

    static Serializer<Destination> keySerializer() {
        return (topic, destination) -> destination.key();
    }

    static TopicNameExtractor<Destination, byte[]> topicNames() {
        return (destination, value, context) -> destination.topic();
    }

    static StreamPartitioner<Destination, byte[]> partitioner() {
        return (topic, destination, value, partitions) ->
                destination.partition() >= 0 && destination.partition() < partitions
                        ? Optional.of(Set.of(destination.partition()))
                        : Optional.empty();
    }
}
