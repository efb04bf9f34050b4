package io.fleetcommand.operations;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.processor.core.request.RequestKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes one request and waits for its result in the result topics. Not safe for use by many threads. */
public final class RequestExchange implements AutoCloseable {
    private static final long PUBLISH_TIMEOUT_S = 60;
    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    private final LiveResults results;
    private final KafkaProducer<String, Object> producer;

    private RequestExchange(LiveResults results, KafkaProducer<String, Object> producer) {
        this.results = results;
        this.producer = producer;
    }

    /** Opens it: the results that come from now on are seen. */
    public static RequestExchange open(Kafka kafka, Topics topics) {
        return new RequestExchange(LiveResults.open(kafka, topics), kafka.producer());
    }

    /**
     * Publishes a request and waits for its result.
     *
     * @param request a DeviceCommand or VariablePoll
     * @return empty if there is none in time; it may still come
     * @throws IllegalStateException if the request could not be published
     */
    public Optional<RequestOutcome> exchange(String topic, RequestKey key, SpecificRecord request, Duration timeout) {
        publish(new ProducerRecord<>(topic, key.deviceId(), request));
        long endNanos = System.nanoTime() + timeout.toNanos();
        for (long left = timeout.toNanos(); left > 0; left = endNanos - System.nanoTime()) {
            List<RequestOutcome> some = results.next(Duration.ofNanos(Math.min(left, MAX_WAIT.toNanos())));
            Optional<RequestOutcome> result =
                    some.stream().filter(outcome -> outcome.key().equals(key)).findFirst();
            if (result.isPresent()) {
                return result;
            }
        }
        return Optional.empty();
    }

    private void publish(ProducerRecord<String, Object> request) {
        try {
            producer.send(request).get(PUBLISH_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("the request could not be published: " + failed.getMessage(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while publishing", interrupted);
        }
    }

    @Override
    public void close() {
        try (results) {
            producer.close();
        }
    }
}
