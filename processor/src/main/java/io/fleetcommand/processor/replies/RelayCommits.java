package io.fleetcommand.processor.replies;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the offsets of copies that are done. Copies whose offsets are not committed are sent again by the next owner
 * of the partition. Confined to the relay's thread.
 */
final class RelayCommits {
    private static final Logger LOG = LoggerFactory.getLogger(RelayCommits.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final Offsets offsets;
    private final LongSupplier nanoTime;
    private long committedNanos;

    RelayCommits(Consumer<byte[], byte[]> consumer, Offsets offsets, LongSupplier nanoTime) {
        this.consumer = consumer;
        this.offsets = offsets;
        this.nanoTime = nanoTime;
        this.committedNanos = nanoTime.getAsLong();
    }

    /** Starts a commit if the last one is long enough ago. */
    void commitIfDue() {
        long nowNanos = nanoTime.getAsLong();
        if (nowNanos - committedNanos < INTERVAL.toNanos()) {
            return;
        }
        committedNanos = nowNanos;
        Map<TopicPartition, OffsetAndMetadata> committable = committable();
        if (!committable.isEmpty()) {
            consumer.commitAsync(committable, (positions, failure) -> {
                if (failure != null) {
                    LOG.debug("offsets not committed, retry with the next commit", failure);
                }
            });
        }
    }

    /** Commits and waits for it. */
    void commitNow() {
        Map<TopicPartition, OffsetAndMetadata> committable = committable();
        if (committable.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(committable, TIMEOUT);
        } catch (CommitFailedException | RebalanceInProgressException | RetriableException notCommitted) {
            LOG.info(
                    "offsets of relayed replies not committed, duplicates are possible: {}", notCommitted.getMessage());
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committable() {
        Map<TopicPartition, OffsetAndMetadata> committable = new HashMap<>();
        offsets.committable().forEach((partition, offset) -> committable.put(partition, new OffsetAndMetadata(offset)));
        return committable;
    }
}
