package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.replies.Delivery.Source;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/** Which copies of each partition are not done yet, so that no position moves past them. Confined to the relay's thread. */
final class Offsets {
    private final Map<TopicPartition, Reading> byPartition = new HashMap<>();
    private long generation;

    /** A copy is read; records of a partition come in their order. */
    Source begin(TopicPartition partition, long offset) {
        Reading reading = byPartition.computeIfAbsent(partition, none -> new Reading(++generation));
        reading.open.add(offset);
        reading.next = offset + 1;
        return new Source(partition, offset, reading.generation);
    }

    boolean isOpen(Source source) {
        Reading reading = byPartition.get(source.partition());
        return reading != null && reading.generation == source.generation() && reading.open.contains(source.offset());
    }

    void done(Source source) {
        if (isOpen(source)) {
            byPartition.get(source.partition()).open.remove(source.offset());
        }
    }

    /** The positions that have moved since they were asked for last. */
    Map<TopicPartition, Long> moved() {
        Map<TopicPartition, Long> moved = new HashMap<>();
        byPartition.forEach((partition, reading) -> reading.moved().ifPresent(offset -> moved.put(partition, offset)));
        return moved;
    }

    /** What was read of these partitions is somebody else's from now on. */
    void forget(Collection<TopicPartition> partitions) {
        byPartition.keySet().removeAll(partitions);
    }

    private static final class Reading {
        private final long generation;
        private final TreeSet<Long> open = new TreeSet<>();
        private long next;
        private long told;

        Reading(long generation) {
            this.generation = generation;
        }

        Optional<Long> moved() {
            long position = open.isEmpty() ? next : open.first();
            if (position == told) {
                return Optional.empty();
            }
            told = position;
            return Optional.of(position);
        }
    }
}
