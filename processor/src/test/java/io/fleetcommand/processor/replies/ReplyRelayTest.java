package io.fleetcommand.processor.replies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.core.ports.ReplyObserver;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplyRelayTest {
    private static final Topics TOPICS = new Topics("t.");
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Queue<MockConsumer<byte[], byte[]>> consumers = new ConcurrentLinkedQueue<>();
    private final Queue<MockProducer<byte[], byte[]>> producers = new ConcurrentLinkedQueue<>();
    private ReplyRelay relay;
    private Thread thread;

    @AfterEach
    void close() {
        relay.close();
        await().atMost(TIMEOUT).until(() -> !thread.isAlive());
        assertThat(consumers).allMatch(MockConsumer::closed);
        assertThat(producers).allMatch(MockProducer::closed);
    }

    @Test
    void aFailureOfItsClientsEndsNothingAndItBeginsAnewWithOthers() {
        start(this::consumer, this::producer);
        await().atMost(TIMEOUT).until(() -> consumers.size() == 1);
        consumers.peek().setPollException(new TopicAuthorizationException("no"));

        await().atMost(TIMEOUT).until(() -> consumers.size() == 2 && producers.size() == 2);
        assertThat(thread.isAlive()).isTrue();
    }

    @Test
    void clientsThatCannotBeMadeAreTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        start(
                () -> {
                    if (tries.incrementAndGet() < 3) {
                        throw new KafkaException("no resolvable bootstrap urls");
                    }
                    return consumer();
                },
                this::producer);

        await().atMost(TIMEOUT).until(() -> consumers.size() == 1 && producers.size() == 1);
    }

    @Test
    void itEndsAtOnceWhileItPauses() {
        start(
                () -> {
                    throw new KafkaException("no resolvable bootstrap urls");
                },
                this::producer);
        relay.close();

        await().atMost(Duration.ofSeconds(1)).until(() -> !thread.isAlive());
    }

    private Consumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        consumers.add(consumer);
        return consumer;
    }

    private Producer<byte[], byte[]> producer() {
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        producers.add(producer);
        return producer;
    }

    private void start(Supplier<Consumer<byte[], byte[]>> newConsumer, Supplier<Producer<byte[], byte[]>> newProducer) {
        relay = new ReplyRelay(
                new RelayTopics(TOPICS.replies(), TOPICS.failedRequests(), new ReservedTopics(TOPICS.all(), "app")),
                new RelayLimits(Duration.ofSeconds(10), 10),
                newConsumer,
                newProducer,
                new NoteCodec(TOPICS, new AvroDeserializer(), new AvroSerializer(), InstantSource.system()),
                Runnable::run,
                new ReplyObserver() {
                    @Override
                    public void sent() {
                        throw new AssertionError("nothing is read");
                    }

                    @Override
                    public void givenUp(ReplyFailure cause) {
                        throw new AssertionError("nothing is read");
                    }
                },
                System::nanoTime,
                () -> 1);
        thread = new Thread(relay);
        thread.start();
    }
}
