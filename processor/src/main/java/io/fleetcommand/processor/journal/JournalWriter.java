package io.fleetcommand.processor.journal;

import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ports.Journal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Appends facts to the journal topic, in order and without gaps: its producer is idempotent. An append that fails for
 * good means that an outcome may be lost, so it is reported and the process is to stop; the ledger heals at restart.
 */
public final class JournalWriter implements Journal, AutoCloseable {
    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final Function<JournalEvent, byte[]> encoding;
    private final Consumer<RuntimeException> broken;
    private final Duration closeWithin;

    /**
     * @param encoding how a fact is written as a record value
     * @param broken told once or more when the journal cannot be written
     * @param closeWithin how long {@link #close()} waits for what is still under way
     */
    public JournalWriter(
            Producer<byte[], byte[]> producer,
            String topic,
            Function<JournalEvent, byte[]> encoding,
            Consumer<RuntimeException> broken,
            Duration closeWithin) {
        this.producer = producer;
        this.topic = topic;
        this.encoding = encoding;
        this.broken = broken;
        this.closeWithin = closeWithin;
    }

    @Override
    public void append(int partition, JournalEvent event) {
        try {
            producer.send(
                    new ProducerRecord<>(topic, partition, key(event), encoding.apply(event)), (written, failure) -> {
                        if (failure != null) {
                            broken.accept(lost(event, failure));
                        }
                    });
        } catch (RuntimeException notEvenTried) {
            broken.accept(lost(event, notEvenTried));
        }
    }

    /** For people who read the journal; which task reads the line is said by its partition. */
    private static byte[] key(JournalEvent event) {
        return event.key().requestId().getBytes(StandardCharsets.UTF_8);
    }

    private RuntimeException lost(JournalEvent event, Exception cause) {
        return new IllegalStateException(
                "the journal " + topic + " cannot be written: attempt " + event.attempt() + " of request "
                        + event.key() + " is not recorded (" + cause.getMessage()
                        + "). Check the brokers and this service's right to write to the topic",
                cause);
    }

    @Override
    public void close() {
        producer.close(closeWithin);
    }
}
