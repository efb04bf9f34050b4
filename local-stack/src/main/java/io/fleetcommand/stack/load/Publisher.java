package io.fleetcommand.stack.load;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes the requests of a plan, in its order. */
public final class Publisher implements AutoCloseable {
    private static final long PATIENCE_S = 60;

    private final KafkaProducer<String, Object> producer;
    private final String commands;
    private final String polls;

    /** Publishes to the two topics that every installation has. */
    public Publisher(Kafka kafka, Topics topics) {
        this(kafka, topics.commands(), topics.polls());
    }

    /**
     * @param commands the topic for commands
     * @param polls the topic for polls
     */
    public Publisher(Kafka kafka, String commands, String polls) {
        this.producer = kafka.producer();
        this.commands = commands;
        this.polls = polls;
    }

    /** @throws IllegalStateException if a request could not be published: the run is void then */
    public void publish(List<ExpectedRequest> plan) {
        List<Future<?>> sent = new ArrayList<>();
        for (ExpectedRequest request : plan) {
            String topic = request.command() ? commands : polls;
            sent.add(producer.send(new ProducerRecord<>(topic, request.deviceId(), request.request())));
        }
        producer.flush();
        for (Future<?> one : sent) {
            try {
                one.get(PATIENCE_S, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException failed) {
                throw new IllegalStateException("a request could not be published: " + failed.getMessage(), failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while publishing", interrupted);
            }
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
