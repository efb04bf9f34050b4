package io.fleetcommand.stack.load;

import io.fleetcommand.model.ResultView;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.kafka.RecordDecoder;
import io.fleetcommand.processor.core.request.RequestKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The committed results of commands and polls, from the moment it was opened. Not safe for use by many threads. */
public final class ResultCollector implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<String, byte[]> consumer;
    private final RecordDecoder decoder;
    private final Map<RequestKey, List<ReceivedResult>> byRequest = new HashMap<>();

    private ResultCollector(KafkaConsumer<String, byte[]> consumer, RecordDecoder decoder) {
        this.consumer = consumer;
        this.decoder = decoder;
    }

    /** Opens it at the end of the result topics, which must exist: what is published from now on is seen. */
    public static ResultCollector open(Kafka kafka, Topics topics) {
        KafkaConsumer<String, byte[]> consumer = kafka.bytesConsumer();
        List<TopicPartition> partitions = Stream.of(topics.commandResults(), topics.pollResults())
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return new ResultCollector(consumer, new RecordDecoder(kafka.decoder()));
    }

    /** All results of one request; more than one is a broken promise. */
    public List<ReceivedResult> of(ExpectedRequest request) {
        return byRequest.getOrDefault(request.key(), List.of());
    }

    /** All results under an id, at whatever device. */
    public List<ReceivedResult> of(String requestId) {
        return byRequest.entrySet().stream()
                .filter(entry -> entry.getKey().requestId().equals(requestId))
                .flatMap(entry -> entry.getValue().stream())
                .toList();
    }

    public Map<RequestKey, List<ReceivedResult>> byRequest() {
        return Collections.unmodifiableMap(byRequest);
    }

    /**
     * Reads until every request has a result, and then for a while longer, in which second results would show.
     *
     * @param progress told now and then how many have one
     * @return whether all have one
     */
    public boolean await(List<ExpectedRequest> plan, Duration limit, Duration longer, Consumer<Long> progress) {
        long endNanos = System.nanoTime() + limit.toNanos();
        while (answered(plan) < plan.size() && System.nanoTime() < endNanos) {
            read();
            progress.accept(answered(plan));
        }
        readFor(longer);
        return answered(plan) == plan.size();
    }

    public void readFor(Duration time) {
        long endNanos = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < endNanos) {
            read();
        }
    }

    /** Reads until so many requests have a result, or the limit is over. */
    public void awaitSome(List<ExpectedRequest> plan, int some, Duration limit) {
        long endNanos = System.nanoTime() + limit.toNanos();
        while (answered(plan) < some && System.nanoTime() < endNanos) {
            read();
        }
    }

    public long answered(List<ExpectedRequest> plan) {
        return plan.stream().filter(request -> !of(request).isEmpty()).count();
    }

    private void read() {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
            decoder.decode(record, SpecificRecord.class)
                    .flatMap(ResultView::of)
                    .map(ReceivedResult::of)
                    .ifPresent(result -> byRequest
                            .computeIfAbsent(result.key(), none -> new ArrayList<>())
                            .add(result));
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
