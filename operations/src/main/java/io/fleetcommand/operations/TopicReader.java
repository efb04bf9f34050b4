package io.fleetcommand.operations;

import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.kafka.RecordDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Utils;

/**
 * Reads what topics hold, once: committed records only, up to the end that each partition had at the beginning, so that
 * it ends however much is being published. Not safe for use by many threads.
 */
public final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final KafkaConsumer<String, byte[]> consumer;
    private final RecordDecoder decoder;
    private final Map<String, List<TopicPartition>> partitions = new HashMap<>();

    public TopicReader(Kafka kafka) {
        this.consumer = kafka.bytesConsumer();
        this.decoder = new RecordDecoder(kafka.decoder());
    }

    /**
     * The partitions that a topic had when it was first asked for.
     *
     * @throws IllegalStateException if there is no such topic
     */
    public List<TopicPartition> partitions(String topic) {
        return partitions.computeIfAbsent(topic, this::lookUpPartitions);
    }

    private List<TopicPartition> lookUpPartitions(String topic) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new IllegalStateException("the topic " + topic + " does not exist, or you may not read it;"
                    + " the processor makes it at its start if topics.create=true");
        }
        return partitions.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    /** The one partition of a topic in which everything with that key is, as Kafka's default partitioner has it. */
    public TopicPartition partition(String topic, String key) {
        return partition(topic, key.getBytes(StandardCharsets.UTF_8));
    }

    TopicPartition partition(String topic, byte[] key) {
        int count = partitions(topic).size();
        return new TopicPartition(topic, Utils.toPositive(Utils.murmur2(key)) % count);
    }

    /**
     * Reads partitions to their present ends.
     *
     * @param since where to begin, by Kafka's time of the records; empty for the oldest that are kept
     * @throws IllegalStateException if Kafka sends nothing for a minute
     */
    public void read(
            Collection<TopicPartition> partitions,
            Optional<Instant> since,
            ProgressListener meter,
            Consumer<ConsumerRecord<String, byte[]>> each) {
        consumer.assign(partitions);
        // A partition that was read before is still paused at its end of then.
        consumer.resume(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> begins = begins(partitions, since, ends);
        begins.forEach(consumer::seek);
        long total = sum(ends) - sum(begins);
        long quietSinceNanos = System.nanoTime();
        Map<TopicPartition, Long> positions = begins;
        while (!positions.equals(ends)) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                    each.accept(record);
                }
            }
            Map<TopicPartition, Long> reached = positions(ends);
            if (!reached.equals(positions)) {
                quietSinceNanos = System.nanoTime();
                positions = reached;
            } else if (System.nanoTime() - quietSinceNanos > PATIENCE_NANOS) {
                throw new IllegalStateException("Kafka has sent nothing for 60 s; are all its brokers up?");
            }
            meter.show(total - (sum(ends) - sum(positions)), total);
        }
    }

    private Map<TopicPartition, Long> begins(
            Collection<TopicPartition> partitions, Optional<Instant> since, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> begins = new HashMap<>();
        if (since.isEmpty()) {
            begins.putAll(consumer.beginningOffsets(partitions));
        } else {
            Map<TopicPartition, Long> asked = partitions.stream()
                    .collect(Collectors.toMap(
                            partition -> partition, partition -> since.get().toEpochMilli()));
            Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(asked);
            partitions.forEach(partition -> begins.put(
                    partition,
                    Optional.ofNullable(found.get(partition))
                            .map(OffsetAndTimestamp::offset)
                            .orElse(ends.get(partition))));
        }
        begins.replaceAll((partition, begin) -> Math.min(begin, ends.get(partition)));
        return begins;
    }

    private Map<TopicPartition, Long> positions(Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        List<TopicPartition> read = new ArrayList<>();
        ends.forEach((partition, end) -> {
            long position = Math.min(consumer.position(partition), end);
            positions.put(partition, position);
            if (position == end) {
                read.add(partition);
            }
        });
        consumer.pause(read);
        return positions;
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * The record's value; empty, and counted, where it is no record of these.
     *
     * @throws SerializationException if no schema registry answers
     */
    public <T> Optional<T> decode(ConsumerRecord<String, byte[]> record, Class<T> type) {
        return decoder.decode(record, type);
    }

    /** How many records were passed over since they could not be read. */
    public long unreadable() {
        return decoder.unreadable();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
