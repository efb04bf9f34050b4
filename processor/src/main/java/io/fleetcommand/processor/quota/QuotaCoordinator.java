package io.fleetcommand.processor.quota;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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
 * Shares the state of the quota among the instances behind one address, through a compacted topic of one partition. One
 * thread reads the topic, applies its messages to the {@link QuotaLimiter}, and publishes the limiter's messages.
 */
public final class QuotaCoordinator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaCoordinator.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long RENEW_MS = 10_000;

    private final TopicPartition partition;
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final QuotaMessageCodec codec;
    private final QuotaLimiter limiter;
    private final QuotaOwnership ownership;
    private final InstantSource clock;
    private final Consumer<RuntimeException> onFatal;
    private final PostponedMessages postponed = new PostponedMessages();
    private final BoundedWarnings warnings = new BoundedWarnings(LOG::warn);
    /** The offset up to which the topic must be read before the share of a joined partition counts. */
    private final Map<JoinedPartition, Long> joinOffsets = new HashMap<>();

    private long claimedMs;
    private volatile boolean closed;

    /**
     * @param consumer without a group; the coordinator assigns its partition and closes it
     * @param producer used for publishing; left open
     * @param group the application id: all its instances share one quota
     * @param onFatal called when the quota belongs to another group or the topic cannot be read: the process must stop
     */
    public QuotaCoordinator(
            String topic,
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            QuotaMessageCodec codec,
            QuotaLimiter limiter,
            String group,
            InstantSource clock,
            Consumer<RuntimeException> onFatal) {
        this.partition = new TopicPartition(topic, 0);
        this.consumer = consumer;
        this.producer = producer;
        this.codec = codec;
        this.limiter = limiter;
        this.ownership = new QuotaOwnership(group);
        this.clock = clock;
        this.onFatal = onFatal;
    }

    /**
     * Claims the quota for this group, before any call is made.
     *
     * @throws IllegalStateException if another group owns it, or Kafka does not respond
     * @throws SerializationException if no schema registry responds
     */
    public void claim() {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        readToEnd();
        failIfOwnedByAnother();
        publish(ownership.claim(clock.millis()));
        producer.flush();
        readToEnd();
        failIfOwnedByAnother();
        ownership.confirm();
        claimedMs = clock.millis();
    }

    /** Reads and publishes until the coordinator is closed. */
    public void run() {
        try {
            while (!closed) {
                runOnce();
            }
        } catch (WakeupException onClose) {
            LOG.debug("quota coordinator closed");
        } catch (RuntimeException failed) {
            onFatal.accept(failed);
        } finally {
            consumer.close();
        }
    }

    /**
     * While the brokers or the schema registry are unavailable, nothing is published and the shares of new partitions
     * do not count; shares that count already stay in force.
     */
    private void runOnce() {
        try {
            trackJoining();
            poll();
            limiter.caughtUp(caughtUp());
            limiter.pendingMessages().forEach(this::publish);
            renewClaim();
        } catch (RetriableException unavailable) {
            warnings.warn(
                    "the topic " + partition.topic() + " cannot be read at the moment: " + unavailable.getMessage(),
                    clock.millis());
        } catch (SerializationException unavailable) {
            warnings.warn(
                    "quota messages cannot be published at the moment: " + unavailable.getMessage(), clock.millis());
        }
    }

    private void trackJoining() {
        Set<JoinedPartition> joining = limiter.joining();
        joinOffsets.keySet().retainAll(joining);
        if (!joinOffsets.keySet().containsAll(joining)) {
            long end = endOffset();
            joining.forEach(joined -> joinOffsets.putIfAbsent(joined, end));
        }
    }

    /** The joined partitions for which the topic has been read up to their offsets. */
    private Set<JoinedPartition> caughtUp() {
        return joinOffsets.entrySet().stream()
                .filter(joined -> isReadTo(joined.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void renewClaim() {
        long nowMs = clock.millis();
        if (Math.abs(nowMs - claimedMs) >= RENEW_MS) {
            failIfOwnedByAnother();
            publish(ownership.claim(nowMs));
            claimedMs = nowMs;
        }
    }

    private void readToEnd() {
        long end = endOffset();
        long position = consumer.position(partition, TIMEOUT);
        long giveUpMs = clock.millis() + TIMEOUT.toMillis();
        while (!isReadTo(end)) {
            poll();
            long next = consumer.position(partition, TIMEOUT);
            if (next > position || next >= end) {
                position = next;
                giveUpMs = clock.millis() + TIMEOUT.toMillis();
            }
            if (clock.millis() > giveUpMs) {
                throw new IllegalStateException("the topic " + partition.topic() + " could not be read within "
                        + TIMEOUT.toSeconds() + " s; check the brokers and this service's permission to read it");
            }
        }
    }

    private long endOffset() {
        return consumer.endOffsets(List.of(partition), TIMEOUT).getOrDefault(partition, 0L);
    }

    private boolean isReadTo(long end) {
        return consumer.position(partition, TIMEOUT) >= end && !postponed.hasAnyBefore(end, clock.millis());
    }

    private void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
            postponed.remove(key);
            if (record.value() != null) {
                apply(new PostponedMessages.RawMessage(key, record.value(), record.offset(), clock.millis()));
            }
        }
        for (PostponedMessages.RawMessage raw : postponed.due(clock.millis())) {
            if (!apply(raw)) {
                break;
            }
        }
    }

    /**
     * Applies a message; skips one that cannot be decoded or is out of range. While the schema registry is unavailable
     * the message may be valid, so it is postponed.
     *
     * @return false if it was postponed
     */
    private boolean apply(PostponedMessages.RawMessage raw) {
        ReceivedMessage received = codec.read(raw.value());
        if (received instanceof ReceivedMessage.Unavailable unavailable) {
            warn(raw, "cannot be decoded yet: " + unavailable.why());
            postponed.add(raw);
            return false;
        }
        postponed.remove(raw.key());
        if (received instanceof ReceivedMessage.Unreadable unreadable) {
            warn(raw, "skipped, not a quota message: " + unreadable.why());
            return true;
        }
        QuotaMessage message = ((ReceivedMessage.Decoded) received).message();
        Optional<String> fault = QuotaMessageValidator.fault(message, raw.offset(), clock.millis());
        if (fault.isPresent()) {
            warn(raw, "skipped, a processor writes no such quota message: " + fault.get());
            return true;
        }
        if (message instanceof QuotaMessage.Owner owner) {
            ownership.apply(owner, raw.offset(), clock.millis());
        }
        limiter.apply(message);
        return true;
    }

    private void warn(PostponedMessages.RawMessage raw, String why) {
        warnings.warn(partition.topic() + ", offset " + raw.offset() + ": " + why, clock.millis());
    }

    private void failIfOwnedByAnother() {
        Optional<QuotaMessage.Owner> other = ownership.otherOwner(clock.millis());
        if (other.isPresent()) {
            throw new IllegalStateException("the quota of this address belongs to the application "
                    + other.get().group() + " until "
                    + Instant.ofEpochMilli(other.get().untilMs())
                    + " at least. Two applications would spend it twice: stop that one and wait until then, or give"
                    + " this one another address and quota.topic");
        }
    }

    private void publish(QuotaMessage message) {
        producer.send(
                new ProducerRecord<>(
                        partition.topic(),
                        partition.partition(),
                        message.key().getBytes(StandardCharsets.UTF_8),
                        codec.bytes(message)),
                (written, failure) -> {
                    if (failure != null) {
                        // Safe to lose: no instance spends more for a message it does not receive, and it is published
                        // again while it holds.
                        LOG.warn("quota message {} was not published: {}", message, failure.getMessage());
                    }
                });
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
    }
}
