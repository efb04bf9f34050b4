package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.replies.Delivery.Source;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/**
 * Tracks the pending copies of each partition, so that no offset is committed past them. Confined to the relay's
 * thread.
 */
final class Offsets {
    private final Map<TopicPartition, PartitionState> byPartition = new HashMap<>();
    private long generation;

    /** Registers a copy that was read; records of a partition come in order. */
    Source begin(TopicPartition partition, long offset) {
        PartitionState state = byPartition.computeIfAbsent(partition, none -> new PartitionState(++generation));
        state.pending.add(offset);
        state.next = offset + 1;
        return new Source(partition, offset, state.generation);
    }

    boolean isOpen(Source source) {
        PartitionState state = byPartition.get(source.partition());
        return state != null && state.generation == source.generation() && state.pending.contains(source.offset());
    }

    void done(Source source) {
        if (isOpen(source)) {
            byPartition.get(source.partition()).pending.remove(source.offset());
        }
    }

    /** The offsets to commit that have changed since the last call. */
    Map<TopicPartition, Long> committable() {
        Map<TopicPartition, Long> committable = new HashMap<>();
        byPartition.forEach(
                (partition, state) -> state.committable().ifPresent(offset -> committable.put(partition, offset)));
        return committable;
    }

    /** Drops the state of partitions that were revoked or lost. */
    void forget(Collection<TopicPartition> partitions) {
        byPartition.keySet().removeAll(partitions);
    }

    private static final class PartitionState {
        private final long generation;
        private final TreeSet<Long> pending = new TreeSet<>();
        private long next;
        private long lastReturned;

        PartitionState(long generation) {
            this.generation = generation;
        }

        Optional<Long> committable() {
            long position = pending.isEmpty() ? next : pending.first();
            if (position == lastReturned) {
                return Optional.empty();
            }
            lastReturned = position;
            return Optional.of(position);
        }
    }
}
