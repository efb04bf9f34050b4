package io.fleetcommand.systemtest.bench.abuse;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The thread that lets steady callers send what is due and reads all committed results: those for a caller's devices are
 * the caller's, the others the abuser's.
 */
final class Traffic implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration END_TIMEOUT = Duration.ofSeconds(30);

    private final Topics topics;
    private final List<SteadyCaller> callers;
    private final AnswerTally tally;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Deserializer<Object> decoder;
    private final Map<String, SteadyCaller> byDevice = new HashMap<>();
    private final Thread thread = new Thread(this::run, "abuse-traffic");
    private volatile boolean closed;
    private volatile Optional<RuntimeException> failure = Optional.empty();

    private Traffic(Kafka kafka, Topics topics, List<SteadyCaller> callers, AnswerTally tally) {
        this.topics = topics;
        this.callers = List.copyOf(callers);
        this.tally = tally;
        this.consumer = kafka.bytesConsumer();
        this.decoder = kafka.decoder();
        callers.forEach(caller -> caller.devices().forEach(device -> byDevice.put(device, caller)));
    }

    /** Starts at the end of the topics, which must exist. */
    static Traffic start(Kafka kafka, Topics topics, List<SteadyCaller> callers, AnswerTally tally) {
        Traffic traffic = new Traffic(kafka, topics, callers, tally);
        List<TopicPartition> partitions = Stream.of(
                        topics.commandResults(), topics.pollResults(), topics.failedRequests())
                .flatMap(topic -> traffic.consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        traffic.consumer.assign(partitions);
        traffic.consumer.seekToEnd(partitions);
        partitions.forEach(traffic.consumer::position);
        traffic.thread.setDaemon(true);
        traffic.thread.start();
        return traffic;
    }

    /** @throws IllegalStateException if the thread has ended: nothing that was measured since counts */
    void check() {
        failure.ifPresent(cause -> {
            throw new IllegalStateException("results can no longer be read: " + cause.getMessage(), cause);
        });
    }

    private void run() {
        try (consumer;
                decoder) {
            while (!closed) {
                callers.forEach(SteadyCaller::sendDue);
                Iterable<ConsumerRecord<String, byte[]>> records = consumer.poll(POLL);
                long nowNanos = System.nanoTime();
                records.forEach(record -> read(record, nowNanos));
            }
        } catch (RuntimeException failed) {
            failure = Optional.of(failed);
        }
    }

    private void read(ConsumerRecord<String, byte[]> record, long nowNanos) {
        Optional<SteadyCaller> caller = Optional.ofNullable(byDevice.get(record.key()));
        if (caller.isPresent() && !record.topic().equals(topics.commandResults())) {
            return;
        }
        Object value;
        try {
            value = decoder.deserialize(record.topic(), record.value());
        } catch (SerializationException unreadable) {
            throw new IllegalStateException(
                    "the processor wrote what cannot be read, to " + record.topic() + "-" + record.partition() + "@"
                            + record.offset(),
                    unreadable);
        }
        if (caller.isPresent()) {
            caller.get().arrived((CommandResult) value, nowNanos);
        } else {
            tally.add(value);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(END_TIMEOUT.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
