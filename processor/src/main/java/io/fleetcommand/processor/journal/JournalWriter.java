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
 * Appends events to the journal topic, in order and without gaps: its producer is idempotent. A failed append means
 * that an outcome may be lost, so it is reported as fatal and the process stops; the ledger recovers at restart.
 */
public final class JournalWriter implements Journal, AutoCloseable {
    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final Function<JournalEvent, byte[]> encoding;
    private final Consumer<RuntimeException> onFatal;
    private final Duration closeTimeout;

    /**
     * @param encoding serializes an event to a record value
     * @param onFatal called, possibly more than once, when the journal cannot be written
     * @param closeTimeout how long {@link #close()} waits for unfinished sends
     */
    public JournalWriter(
            Producer<byte[], byte[]> producer,
            String topic,
            Function<JournalEvent, byte[]> encoding,
            Consumer<RuntimeException> onFatal,
            Duration closeTimeout) {
        this.producer = producer;
        this.topic = topic;
        this.encoding = encoding;
        this.onFatal = onFatal;
        this.closeTimeout = closeTimeout;
    }

    @Override
    public void append(int partition, JournalEvent event) {
        try {
            producer.send(
                    new ProducerRecord<>(topic, partition, key(event), encoding.apply(event)), (metadata, failure) -> {
                        if (failure != null) {
                            onFatal.accept(appendFailed(event, failure));
                        }
                    });
        } catch (RuntimeException failure) {
            onFatal.accept(appendFailed(event, failure));
        }
    }

    /** The record key is for human readers of the journal; the partition decides which task reads the event. */
    private static byte[] key(JournalEvent event) {
        return event.key().requestId().getBytes(StandardCharsets.UTF_8);
    }

    private RuntimeException appendFailed(JournalEvent event, Exception cause) {
        return new IllegalStateException(
                "the journal " + topic + " cannot be written: attempt " + event.attempt() + " of request "
                        + event.key() + " is not recorded (" + cause.getMessage()
                        + "). Check the brokers and this service's right to write to the topic",
                cause);
    }

    @Override
    public void close() {
        producer.close(closeTimeout);
    }
}
