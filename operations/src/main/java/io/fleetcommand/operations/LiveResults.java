package io.fleetcommand.operations;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.kafka.RecordDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The committed results from now on. Not safe for use by many threads. */
public final class LiveResults implements AutoCloseable {
    private final KafkaConsumer<String, byte[]> consumer;
    private final RecordDecoder decoder;

    private LiveResults(KafkaConsumer<String, byte[]> consumer, RecordDecoder decoder) {
        this.consumer = consumer;
        this.decoder = decoder;
    }

    /** Opens it at the end of the result topics: what is published from now on is seen. */
    public static LiveResults open(Kafka kafka, Topics topics) {
        KafkaConsumer<String, byte[]> consumer = kafka.bytesConsumer();
        List<TopicPartition> partitions = Stream.of(topics.commandResults(), topics.pollResults())
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return new LiveResults(consumer, new RecordDecoder(kafka.decoder()));
    }

    /** What came meanwhile, waiting so long at most for the first. */
    public List<RequestOutcome> next(Duration patience) {
        List<RequestOutcome> endings = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : consumer.poll(patience)) {
            decoder.decode(record, SpecificRecord.class)
                    .flatMap(RequestOutcome::of)
                    .ifPresent(endings::add);
        }
        return endings;
    }

    /** How many records were passed over so far since they could not be read. */
    public long unreadable() {
        return decoder.unreadable();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
