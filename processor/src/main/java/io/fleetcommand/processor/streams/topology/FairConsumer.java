package io.fleetcommand.processor.streams.topology;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Kafka's consumer, as far as Kafka Streams uses it, made fair across topics. Kafka's own returns all fetched records
 * of one partition before the next, and Kafka Streams polls again only once it has processed all that it has: one
 * caller's flood would delay every other caller's requests, claims and outcomes. This consumer keeps fetching while it
 * buffers records, and returns a few per poll, round-robin over topics. Kafka Streams does not use it with the streams
 * group protocol. Confined to its stream thread.
 */
final class FairConsumer extends KafkaConsumer<byte[], byte[]> {
    /** Records per poll: about ten milliseconds of the stream thread's time. */
    private static final int MAX_POLL_RECORDS = 50;

    private final FetchedRecords fetched = new FetchedRecords();
    private final Set<TopicPartition> pausedByStreams = new HashSet<>();

    FairConsumer(Map<String, Object> config) {
        super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        Set<TopicPartition> buffered = fetched.partitions();
        // Partitions with buffered records are not fetched: at most these and one prefetch per partition are in memory.
        super.pause(buffered);
        fetched.add(super.poll(pausedByStreams.containsAll(buffered) ? timeout : Duration.ZERO));
        ConsumerRecords<byte[], byte[]> records = fetched.take(MAX_POLL_RECORDS, pausedByStreams);
        buffered.removeAll(fetched.partitions());
        buffered.retainAll(assignment());
        resumeFetching(buffered);
        return records;
    }

    /** Resumes fetching of partitions whose buffer is empty. */
    private void resumeFetching(Collection<TopicPartition> partitions) {
        super.resume(partitions.stream()
                .filter(partition -> !pausedByStreams.contains(partition))
                .toList());
    }

    private void drop(Collection<TopicPartition> partitions) {
        fetched.drop(partitions);
        resumeFetching(partitions);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        super.pause(partitions);
        pausedByStreams.addAll(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        pausedByStreams.removeAll(partitions);
        Set<TopicPartition> buffered = fetched.partitions();
        super.resume(partitions.stream()
                .filter(partition -> !buffered.contains(partition))
                .toList());
    }

    /** The position of the records returned by poll, not of those fetched: Kafka Streams commits it. */
    @Override
    public long position(TopicPartition partition) {
        return fetched.position(partition).orElseGet(() -> super.position(partition));
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        super.seek(partition, offset);
        drop(List.of(partition));
    }

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offset) {
        super.seek(partition, offset);
        drop(List.of(partition));
    }

    @Override
    public void seekToBeginning(Collection<TopicPartition> partitions) {
        super.seekToBeginning(partitions);
        drop(partitions);
    }

    @Override
    public void seekToEnd(Collection<TopicPartition> partitions) {
        super.seekToEnd(partitions);
        drop(partitions);
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, new DiscardingListener(listener));
    }

    @Override
    public void subscribe(Pattern topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, new DiscardingListener(listener));
    }

    @Override
    public void unsubscribe() {
        super.unsubscribe();
        discard(fetched.partitions());
        pausedByStreams.clear();
    }

    private void discard(Collection<TopicPartition> partitions) {
        fetched.drop(partitions);
        pausedByStreams.removeAll(partitions);
    }

    /**
     * Discards the buffered records of a revoked or lost partition: if it is assigned again, it is read from the
     * committed position.
     */
    private final class DiscardingListener implements ConsumerRebalanceListener {
        private final ConsumerRebalanceListener streams;

        DiscardingListener(ConsumerRebalanceListener streams) {
            this.streams = streams;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            try {
                streams.onPartitionsRevoked(partitions);
            } finally {
                discard(partitions);
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            try {
                streams.onPartitionsLost(partitions);
            } finally {
                discard(partitions);
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            streams.onPartitionsAssigned(partitions);
        }
    }
}
