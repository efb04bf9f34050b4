package io.fleetcommand.token.state;

import io.fleetcommand.token.rotation.TokenState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest state, which the follower thread reads from the topic and the rotator thread writes to it. Thread-safe:
 * the state with its offset and how far the topic was read are guarded by {@code this}; readers of the state take no
 * lock.
 */
final class StateTail {
    private static final Duration POLL = Duration.ofMillis(100);

    private final TopicPartition partition;
    private final TokenStateCodec codec;
    private volatile boolean closed;
    private volatile boolean loaded;
    private volatile TokenState state = TokenState.NONE;
    private volatile Runnable listener = () -> {};
    /** Why the newest record read so far cannot be decrypted, if it cannot. */
    private Optional<String> decodeError = Optional.empty();

    private long offset = -1;
    private long position;

    StateTail(TopicPartition partition, TokenStateCodec codec) {
        this.partition = partition;
        this.codec = codec;
    }

    boolean isLoaded() {
        return loaded;
    }

    TokenState state() {
        return state;
    }

    void onChange(Runnable newListener) {
        listener = newListener;
    }

    /**
     * Reads the topic from its beginning, and follows it until this is closed. Runs on the follower thread.
     *
     * @throws KafkaException if the newest record cannot be decrypted, or Kafka fails
     */
    void follow(Consumer<String, byte[]> consumer) {
        restart();
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        while (!closed) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                read(record);
            }
            readTo(consumer.position(partition), end);
        }
    }

    private synchronized void restart() {
        decodeError = Optional.empty();
        position = 0;
    }

    private void read(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return;
        }
        try {
            accept(record.offset(), codec.read(record.value()));
            decoded(Optional.empty());
        } catch (IOException failed) {
            // Older records that await compaction may be encrypted with a removed key; only the newest counts.
            decoded(Optional.of("the state at offset " + record.offset() + " of " + partition.topic()
                    + " cannot be read: " + failed.getMessage()));
        }
    }

    private synchronized void decoded(Optional<String> error) {
        decodeError = error;
    }

    private synchronized void readTo(long nextPosition, long end) {
        position = nextPosition;
        notifyAll();
        if (position >= end) {
            if (decodeError.isPresent()) {
                throw new KafkaException(decodeError.get());
            }
            loaded = true;
        }
    }

    /** The rotator thread applies its own record before the follower thread reads it; the offset never decreases. */
    void accept(long at, TokenState next) {
        synchronized (this) {
            if (at <= offset) {
                return;
            }
            offset = at;
            state = next;
        }
        listener.run();
    }

    /**
     * Waits until the follower has read to an offset and could decrypt the newest state.
     *
     * @return false if it has not within the limit, or this was closed
     */
    synchronized boolean awaitCaughtUp(long end, Duration limit) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (!isCaughtUp(end) && System.nanoTime() < deadlineNanos && !closed) {
            wait(POLL.toMillis());
        }
        return isCaughtUp(end);
    }

    /**
     * A replica that cannot decrypt the newest state must not become leader: it would act on stale state. The caller
     * holds the lock.
     */
    private boolean isCaughtUp(long end) {
        return loaded && position >= end && decodeError.isEmpty();
    }

    /** The follower ends after its next poll. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
