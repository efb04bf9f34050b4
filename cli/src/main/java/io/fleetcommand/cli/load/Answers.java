package io.fleetcommand.cli.load;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The committed results of commands and polls, from the moment it was opened. Not safe for use by many threads. */
public final class Answers implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<String, Object> consumer;
    private final Map<String, List<Result>> byRequest = new HashMap<>();

    private Answers(KafkaConsumer<String, Object> consumer) {
        this.consumer = consumer;
    }

    /** Opens it at the end of the result topics, which must exist: what is published from now on is seen. */
    public static Answers open(Kafka kafka, Topics topics) {
        KafkaConsumer<String, Object> consumer = kafka.consumer();
        List<TopicPartition> partitions = Stream.of(topics.commandResults(), topics.pollResults())
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return new Answers(consumer);
    }

    /** All results of one request; more than one is a broken promise. */
    public List<Result> of(String requestId) {
        return byRequest.getOrDefault(requestId, List.of());
    }

    public Map<String, List<Result>> byRequest() {
        return Collections.unmodifiableMap(byRequest);
    }

    /**
     * Reads until every request has a result, and then for a while longer, in which second results would show.
     *
     * @param progress told now and then how many have one
     * @return whether all have one
     */
    public boolean await(List<Planned> plan, Duration limit, Duration longer, Consumer<Long> progress) {
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
    public void awaitSome(List<Planned> plan, int some, Duration limit) {
        long endNanos = System.nanoTime() + limit.toNanos();
        while (answered(plan) < some && System.nanoTime() < endNanos) {
            read();
        }
    }

    public long answered(List<Planned> plan) {
        return plan.stream()
                .filter(request -> !of(request.requestId()).isEmpty())
                .count();
    }

    private void read() {
        for (ConsumerRecord<String, Object> record : consumer.poll(POLL)) {
            Result result = record.value() instanceof CommandResult command
                    ? Result.of(command)
                    : Result.of((PollResult) record.value());
            byRequest
                    .computeIfAbsent(result.requestId(), none -> new ArrayList<>())
                    .add(result);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
