package io.fleetcommand.processor.streams.topology;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The clients of the stream: Kafka's own, with a consumer that gives each topic its turn, and a producer that does not
 * wait for the broker once for each task.
 */
final class StreamsClientSupplier implements KafkaClientSupplier {
    private final Commits commits;

    /** @param commits told of each transaction that is committed, by the thread that commits it */
    StreamsClientSupplier(Commits commits) {
        this.commits = commits;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return config.containsKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG)
                ? new InTransaction(config, commits)
                : new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new FairConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Kafka Streams flushes for each of its tasks in turn before it commits the one transaction of them all. The commit
     * itself sends everything that is still unsent, waits for it, and fails if any of it failed; so waiting earlier
     * adds a way to the broker and back for each partition, and no safety.
     */
    private static final class InTransaction extends KafkaProducer<byte[], byte[]> {
        private final Commits commits;

        InTransaction(Map<String, Object> config, Commits commits) {
            super(config, new ByteArraySerializer(), new ByteArraySerializer());
            this.commits = commits;
        }

        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
            commits.begun();
            super.sendOffsetsToTransaction(offsets, group);
        }

        @Override
        public void commitTransaction() {
            super.commitTransaction();
            commits.committed();
        }

        @Override
        public void flush() {
            // The commit does it.
        }
    }
}
