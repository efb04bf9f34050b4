package io.fleetcommand.processor.streams.codec;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/**
 * Where an outgoing record goes. It travels through the topology in the place of the key, so that one sink serves every
 * topic of ours. The key decides the partition.
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
