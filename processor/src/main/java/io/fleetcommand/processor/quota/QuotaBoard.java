package io.fleetcommand.processor.quota;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the instances behind one address tell each other what they must know of the quota: a compacted topic of one
 * partition. One thread reads it, passes on what it hears to the gate, and writes what the gate has to tell.
 */
public final class QuotaBoard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaBoard.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long RENEW_MS = 10_000;

    private final TopicPartition partition;
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final NoticeCodec codec;
    private final QuotaGate gate;
    private final Ownership ownership;
    private final InstantSource clock;
    private final Consumer<RuntimeException> lost;
    private long renewedMs;
    private volatile boolean closing;

    /**
     * @param consumer without a group; the board assigns and closes it
     * @param producer the board writes with it and leaves it open
     * @param group the application id: all its instances spend one quota
     * @param lost told when the quota belongs to another group, or the topic cannot be read: the process is to stop
     */
    public QuotaBoard(
            String topic,
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            NoticeCodec codec,
            QuotaGate gate,
            String group,
            InstantSource clock,
            Consumer<RuntimeException> lost) {
        this.partition = new TopicPartition(topic, 0);
        this.consumer = consumer;
        this.producer = producer;
        this.codec = codec;
        this.gate = gate;
        this.ownership = new Ownership(group);
        this.clock = clock;
        this.lost = lost;
    }

    /**
     * Claims the quota for this group, before anything is called.
     *
     * @throws IllegalStateException if another group owns it, or Kafka does not answer
     */
    public void claim() {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        readToEnd();
        refuseIfOwned();
        tell(ownership.claim(clock.millis()));
        producer.flush();
        readToEnd();
        refuseIfOwned();
        renewedMs = clock.millis();
    }

    /** Reads and writes until the board is closed. */
    public void run() {
        try {
            while (!closing) {
                round();
            }
        } catch (WakeupException closed) {
            LOG.debug("the quota's board is closed");
        } catch (RuntimeException failed) {
            lost.accept(failed);
        } finally {
            consumer.close();
        }
    }

    /** While the brokers are away nothing is told, and no share that joins counts; what counts already goes on. */
    private void round() {
        try {
            Set<Integer> joining = gate.joining();
            if (joining.isEmpty()) {
                hearMore();
            } else {
                readToEnd();
                gate.caughtUp(joining);
            }
            gate.news().forEach(this::tell);
            renew();
        } catch (RetriableException away) {
            LOG.warn("the topic {} cannot be read at the moment: {}", partition.topic(), away.getMessage());
        }
    }

    private void renew() {
        long nowMs = clock.millis();
        if (nowMs - renewedMs >= RENEW_MS) {
            refuseIfOwned();
            tell(ownership.claim(nowMs));
            renewedMs = nowMs;
        }
    }

    private void readToEnd() {
        long end = consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
        long giveUpMs = clock.millis() + PATIENCE.toMillis();
        while (consumer.position(partition, PATIENCE) < end) {
            hearMore();
            if (clock.millis() > giveUpMs) {
                throw new IllegalStateException("the topic " + partition.topic() + " could not be read within "
                        + PATIENCE.toSeconds() + " s; check the brokers and this service's right to read it");
            }
        }
    }

    private void hearMore() {
        for (ConsumerRecord<byte[], byte[]> line : consumer.poll(POLL)) {
            Optional<Notice> notice =
                    Optional.ofNullable(line.value()).flatMap(value -> understood(value, line.offset()));
            if (notice.isPresent() && notice.get() instanceof Notice.Owner owner) {
                ownership.hear(owner, line.offset());
            }
            notice.ifPresent(gate::hear);
        }
    }

    /** Whoever writes what cannot be read has told nothing; but while the registry is away it may be good. */
    private Optional<Notice> understood(byte[] value, long offset) {
        try {
            return codec.notice(value);
        } catch (SerializationException unreadable) {
            if (unreadable.getCause() instanceof IOException trouble && !(trouble instanceof EOFException)) {
                throw unreadable;
            }
            LOG.warn("{}, offset {}: not a notice: {}", partition.topic(), offset, unreadable.getMessage());
            return Optional.empty();
        }
    }

    private void refuseIfOwned() {
        Optional<Notice.Owner> other = ownership.other(clock.millis());
        if (other.isPresent()) {
            throw new IllegalStateException("the quota of this address belongs to the application "
                    + other.get().group() + " until "
                    + Instant.ofEpochMilli(other.get().untilMs())
                    + " at least. Two applications would spend it twice: stop that one and wait until then, or give"
                    + " this one another address and quota.topic");
        }
    }

    private void tell(Notice notice) {
        producer.send(
                new ProducerRecord<>(
                        partition.topic(),
                        partition.partition(),
                        notice.key().getBytes(StandardCharsets.UTF_8),
                        codec.bytes(notice)),
                (written, failure) -> {
                    if (failure != null) {
                        // Nobody spends more for what is not heard; it is told again while it holds.
                        LOG.warn("{} was not told to the other instances: {}", notice, failure.getMessage());
                    }
                });
    }

    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
    }
}
