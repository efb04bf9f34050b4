package io.fleetcommand.processor.streams.codec;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/**
 * The topic and key of an outgoing record. It takes the place of the record key in the topology, so that one sink
 * serves all output topics. The key decides the partition.
 */
public record Destination(String topic, byte[] key) {
    public static Destination of(String topic, String key) {
        return new Destination(topic, key.getBytes(StandardCharsets.UTF_8));
    }

    public static Serializer<Destination> keySerializer() {
        return (topic, destination) -> destination.key();
    }

    public static TopicNameExtractor<Destination, byte[]> topicNames() {
        return (destination, value, context) -> destination.topic();
    }
}
