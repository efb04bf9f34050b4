package io.fleetcommand.systemtest;

import io.fleetcommand.operations.kafka.Kafka;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads a topic from its beginning, as it is committed. */
final class WholeTopic {
    private WholeTopic() {}

    /** A consumer of all partitions, which the caller closes. */
    static KafkaConsumer<String, Object> open(Kafka kafka, String topic) {
        KafkaConsumer<String, Object> consumer = kafka.consumer();
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }
}
