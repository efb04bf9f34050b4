package io.fleetcommand.token.state;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * The transactional producer of one leadership. The election thread opens it, the rotator thread writes, and either
 * closes it. Thread-safe, as the producer is.
 */
final class LeaderProducer implements AutoCloseable {
    private static final String KEY = "state";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final TopicPartition partition;
    private final Producer<String, byte[]> producer;

    LeaderProducer(TopicPartition partition, Producer<String, byte[]> producer) {
        this.partition = partition;
        this.producer = producer;
    }

    /** Fences the producers of all earlier leaders: their writes fail from now on. */
    void fenceOthers() {
        producer.initTransactions();
    }

    /**
     * Writes a record in a transaction of its own.
     *
     * @return the record's offset; empty if another leader has fenced this one, and nothing was written
     * @throws IOException if it is unknown whether the record was written
     */
    OptionalLong write(byte[] state) throws IOException {
        try {
            producer.beginTransaction();
            RecordMetadata written = producer.send(
                            new ProducerRecord<>(partition.topic(), partition.partition(), KEY, state))
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            producer.commitTransaction();
            return OptionalLong.of(written.offset());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing the state", interrupted);
        } catch (ExecutionException | TimeoutException | KafkaException | IllegalStateException failed) {
            // The producer throws IllegalStateException if leadership was resigned, and the producer closed, meanwhile.
            if (isFenced(failed) || isFenced(failed.getCause())) {
                return OptionalLong.empty();
            }
            throw new IOException("the state cannot be written to " + partition.topic() + ": " + failed, failed);
        }
    }

    private static boolean isFenced(Throwable failure) {
        return failure instanceof ProducerFencedException
                || failure instanceof InvalidProducerEpochException
                || failure instanceof FencedInstanceIdException;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
