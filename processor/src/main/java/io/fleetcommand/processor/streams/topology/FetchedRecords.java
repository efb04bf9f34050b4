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
 * Records that were fetched and are not handed on yet. Topics take turns, and within a topic its partitions, for one
 * record each: nobody waits behind another topic's backlog. The records of a partition keep their order. Not
 * thread-safe.
 */
final class FetchedRecords {
    private final Map<TopicPartition, Line> lines = new HashMap<>();
    /** Positions of partitions that moved on without a record, by the end of a transaction say. */
    private final Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();

    private final Deque<Topic> topics = new ArrayDeque<>();

    void add(ConsumerRecords<byte[], byte[]> fetched) {
        fetched.partitions().forEach(partition -> line(partition).records.addAll(fetched.records(partition)));
        fetched.nextOffsets().forEach((partition, next) -> {
            Optional<Line> line = Optional.ofNullable(lines.get(partition));
            line.ifPresentOrElse(found -> found.end = Optional.of(next), () -> moved.put(partition, next));
        });
    }

    private Line line(TopicPartition partition) {
        return lines.computeIfAbsent(partition, none -> {
            Line line = new Line(partition);
            topic(partition.topic()).lines.add(line);
            return line;
        });
    }

    private Topic topic(String name) {
        return topics.stream()
                .filter(topic -> topic.name.equals(name))
                .findFirst()
                .orElseGet(() -> {
                    Topic topic = new Topic(name);
                    topics.add(topic);
                    return topic;
                });
    }

    /**
     * Hands on the records whose turn it is, with the positions behind them.
     *
     * @param max how many at most
     * @param paused partitions whose records stay here
     */
    ConsumerRecords<byte[], byte[]> take(int max, Set<TopicPartition> paused) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> taken = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(moved);
        moved.clear();
        int passedOver = 0;
        for (int count = 0; count < max && passedOver < topics.size(); ) {
            Topic topic = topics.remove();
            Optional<Line> turn = topic.turn(paused);
            if (turn.isPresent()) {
                Line line = turn.get();
                taken.computeIfAbsent(line.partition, none -> new ArrayList<>()).add(line.records.remove());
                line.position().ifPresent(position -> next.put(line.partition, position));
                if (line.records.isEmpty()) {
                    topic.lines.remove(line);
                    lines.remove(line.partition);
                }
                count++;
                passedOver = 0;
            } else {
                passedOver++;
            }
            if (!topic.lines.isEmpty()) {
                topics.add(topic);
            }
        }
        return new ConsumerRecords<>(taken, next);
    }

    /** Forgets what was fetched of these partitions. */
    void drop(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> {
            moved.remove(partition);
            Optional.ofNullable(lines.remove(partition)).ifPresent(line -> {
                Topic topic = topic(partition.topic());
                topic.lines.remove(line);
                if (topic.lines.isEmpty()) {
                    topics.remove(topic);
                }
            });
        });
    }

    /** Where the first record of this partition stands that was not handed on yet; empty if there is none. */
    OptionalLong position(TopicPartition partition) {
        return Optional.ofNullable(lines.get(partition)).stream()
                .mapToLong(line -> line.records.element().offset())
                .findFirst();
    }

    /** Those with records that are not handed on yet. */
    Set<TopicPartition> partitions() {
        return new HashSet<>(lines.keySet());
    }

    /** The partitions of a topic with records, the next to have its turn first. */
    private static final class Topic {
        private final String name;
        private final Deque<Line> lines = new ArrayDeque<>();

        Topic(String name) {
            this.name = name;
        }

        Optional<Line> turn(Set<TopicPartition> paused) {
            for (int seen = 0; seen < lines.size(); seen++) {
                Line line = lines.remove();
                lines.add(line);
                if (!paused.contains(line.partition)) {
                    return Optional.of(line);
                }
            }
            return Optional.empty();
        }
    }

    /** The records of a partition in their order. */
    private static final class Line {
        private final TopicPartition partition;
        private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
        /** The position behind the last record. */
        private Optional<OffsetAndMetadata> end = Optional.empty();

        Line(TopicPartition partition) {
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
