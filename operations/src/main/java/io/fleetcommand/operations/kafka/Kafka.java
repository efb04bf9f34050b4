package io.fleetcommand.operations.kafka;

import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Where Kafka and its schema registry are, and clients for them.
 *
 * @param more further settings of every client, such as security
 */
public record Kafka(String bootstrapServers, String registry, Map<String, String> more) {
    public Kafka(String bootstrapServers, String registry) {
        this(bootstrapServers, registry, Map.of());
    }

    /** Writes generated records; what it says it has written is safe. */
    public KafkaProducer<String, Object> producer() {
        Map<String, Object> config = common();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, AvroSerializer.class);
        return new KafkaProducer<>(config);
    }

    /** Reads committed generated records; the caller assigns the partitions. */
    public KafkaConsumer<String, Object> consumer() {
        return consumer(AvroDeserializer.class);
    }

    /** Reads committed records as they are: for topics in which not every value is a generated record. */
    public KafkaConsumer<String, byte[]> bytesConsumer() {
        return consumer(ByteArrayDeserializer.class);
    }

    /** Makes generated records of values. */
    public Deserializer<Object> decoder() {
        Deserializer<Object> decoder = new AvroDeserializer();
        decoder.configure(common(), false);
        return decoder;
    }

    private <V> KafkaConsumer<String, V> consumer(Class<? extends Deserializer<V>> values) {
        Map<String, Object> config = common();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, values);
        return new KafkaConsumer<>(config);
    }

    private Map<String, Object> common() {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", bootstrapServers);
        config.put("schema.registry.url", registry);
        return config;
    }
}
