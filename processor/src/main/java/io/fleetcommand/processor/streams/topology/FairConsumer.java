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
 * Kafka's consumer, as far as Kafka Streams uses it, with turns for the topics. Kafka's own returns all that it fetched
 * of one partition before the next, and Kafka Streams polls again only once it has processed all that it has: everybody
 * else's request, claim and outcome would each wait behind one caller's flood. This one keeps fetching beside the
 * records that it holds, and returns a few at once, each topic's in turn. Kafka Streams does not use it with the streams
 * group protocol. Owned by its stream thread.
 */
final class FairConsumer extends KafkaConsumer<byte[], byte[]> {
    /** About ten milliseconds of the stream thread's time. */
    private static final int AT_ONCE = 50;

    private final FetchedRecords fetched = new FetchedRecords();
    private final Set<TopicPartition> pausedByStreams = new HashSet<>();

    FairConsumer(Map<String, Object> config) {
        super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        Set<TopicPartition> waiting = fetched.partitions();
        // What has records here fetches no more: at most these and one fetch ahead are in memory for each partition.
        super.pause(waiting);
        fetched.add(super.poll(pausedByStreams.containsAll(waiting) ? timeout : Duration.ZERO));
        ConsumerRecords<byte[], byte[]> taken = fetched.take(AT_ONCE, pausedByStreams);
        waiting.removeAll(fetched.partitions());
        waiting.retainAll(assignment());
        readOn(waiting);
        return taken;
    }

    /** What was fetched of these partitions is handed on, or void. */
    private void readOn(Collection<TopicPartition> partitions) {
        super.resume(partitions.stream()
                .filter(partition -> !pausedByStreams.contains(partition))
                .toList());
    }

    private void drop(Collection<TopicPartition> partitions) {
        fetched.drop(partitions);
        readOn(partitions);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        super.pause(partitions);
        pausedByStreams.addAll(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        pausedByStreams.removeAll(partitions);
        Set<TopicPartition> waiting = fetched.partitions();
        super.resume(partitions.stream()
                .filter(partition -> !waiting.contains(partition))
                .toList());
    }

    /** Of what is handed on, not of what is fetched: Kafka Streams commits it. */
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
        super.subscribe(topics, new Leaving(listener));
    }

    @Override
    public void subscribe(Pattern topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, new Leaving(listener));
    }

    @Override
    public void unsubscribe() {
        super.unsubscribe();
        left(fetched.partitions());
        pausedByStreams.clear();
    }

    private void left(Collection<TopicPartition> partitions) {
        fetched.drop(partitions);
        pausedByStreams.removeAll(partitions);
    }

    /** What was fetched of a partition that leaves is void: should it come back, it is read from where it is then. */
    private final class Leaving implements ConsumerRebalanceListener {
        private final ConsumerRebalanceListener streams;

        Leaving(ConsumerRebalanceListener streams) {
            this.streams = streams;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            try {
                streams.onPartitionsRevoked(partitions);
            } finally {
                left(partitions);
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            try {
                streams.onPartitionsLost(partitions);
            } finally {
                left(partitions);
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            streams.onPartitionsAssigned(partitions);
        }
    }
}
