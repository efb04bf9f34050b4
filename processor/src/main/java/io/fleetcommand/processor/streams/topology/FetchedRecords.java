package io.fleetcommand.processor.streams.topology;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Buffer of records that were fetched and not yet returned by {@code poll}. Records are taken round-robin over topics,
 * and within a topic over its partitions, one at a time: no topic waits behind another's backlog. Records of a
 * partition keep their order. Not thread-safe.
 */
final class FetchedRecords {
    private final Map<TopicPartition, PartitionQueue> queues = new HashMap<>();
    /** Positions of partitions that advanced without a record, for instance over a transaction marker. */
    private final Map<TopicPartition, OffsetAndMetadata> advanced = new HashMap<>();

    private final Deque<TopicQueue> topics = new ArrayDeque<>();

    void add(ConsumerRecords<byte[], byte[]> fetched) {
        fetched.partitions().forEach(partition -> queue(partition).records.addAll(fetched.records(partition)));
        fetched.nextOffsets().forEach((partition, next) -> {
            Optional<PartitionQueue> queue = Optional.ofNullable(queues.get(partition));
            queue.ifPresentOrElse(found -> found.end = Optional.of(next), () -> advanced.put(partition, next));
        });
    }

    private PartitionQueue queue(TopicPartition partition) {
        return queues.computeIfAbsent(partition, none -> {
            PartitionQueue queue = new PartitionQueue(partition);
            topic(partition.topic()).queues.add(queue);
            return queue;
        });
    }

    private TopicQueue topic(String name) {
        return topics.stream()
                .filter(topic -> topic.name.equals(name))
                .findFirst()
                .orElseGet(() -> {
                    TopicQueue topic = new TopicQueue(name);
                    topics.add(topic);
                    return topic;
                });
    }

    /**
     * Removes and returns the next records in round-robin order, with the positions after them.
     *
     * @param max maximum number of records
     * @param paused partitions to skip
     */
    ConsumerRecords<byte[], byte[]> take(int max, Set<TopicPartition> paused) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> taken = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(advanced);
        advanced.clear();
        int passedOver = 0;
        for (int count = 0; count < max && passedOver < topics.size(); ) {
            TopicQueue topic = topics.remove();
            Optional<PartitionQueue> candidate = topic.next(paused);
            if (candidate.isPresent()) {
                PartitionQueue queue = candidate.get();
                taken.computeIfAbsent(queue.partition, none -> new ArrayList<>())
                        .add(queue.records.remove());
                queue.position().ifPresent(position -> next.put(queue.partition, position));
                if (queue.records.isEmpty()) {
                    topic.queues.remove(queue);
                    queues.remove(queue.partition);
                }
                count++;
                passedOver = 0;
            } else {
                passedOver++;
            }
            if (!topic.queues.isEmpty()) {
                topics.add(topic);
            }
        }
        return new ConsumerRecords<>(taken, next);
    }

    /** Discards the buffered records and positions of these partitions. */
    void drop(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> {
            advanced.remove(partition);
            Optional.ofNullable(queues.remove(partition)).ifPresent(queue -> {
                TopicQueue topic = topic(partition.topic());
                topic.queues.remove(queue);
                if (topic.queues.isEmpty()) {
                    topics.remove(topic);
                }
            });
        });
    }

    /** Offset of the first buffered record of a partition; empty if there is none. */
    OptionalLong position(TopicPartition partition) {
        return Optional.ofNullable(queues.get(partition)).stream()
                .mapToLong(queue -> queue.records.element().offset())
                .findFirst();
    }

    /** The partitions that have buffered records. */
    Set<TopicPartition> partitions() {
        return new HashSet<>(queues.keySet());
    }

    /** The partitions of a topic that have buffered records, in round-robin order. */
    private static final class TopicQueue {
        private final String name;
        private final Deque<PartitionQueue> queues = new ArrayDeque<>();

        TopicQueue(String name) {
            this.name = name;
        }

        Optional<PartitionQueue> next(Set<TopicPartition> paused) {
            for (int seen = 0; seen < queues.size(); seen++) {
                PartitionQueue queue = queues.remove();
                queues.add(queue);
                if (!paused.contains(queue.partition)) {
                    return Optional.of(queue);
                }
            }
            return Optional.empty();
        }
    }

    /** The buffered records of a partition, in offset order. */
    private static final class PartitionQueue {
        private final TopicPartition partition;
        private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
        /** The position after the last record. */
        private Optional<OffsetAndMetadata> end = Optional.empty();

        PartitionQueue(TopicPartition partition) {
            this.partition = partition;
        }

        Optional<OffsetAndMetadata> position() {
            return records.isEmpty()
                    ? end
                    : Optional.of(new OffsetAndMetadata(
                            records.element().offset(), records.element().leaderEpoch(), ""));
        }
    }
}
