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
 * Where the instances behind one address tell each other what they must know of the quota: a compacted topic of one
 * partition. One thread reads it, passes on what it hears to the gate, and writes what the gate has to tell.
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
    private final Consumer<RuntimeException> lost;
    private final PostponedMessages postponed = new PostponedMessages();
    private final BoundedWarnings warnings = new BoundedWarnings(LOG::warn);
    /** Up to where the topic must be read before a share that joined counts. */
    private final Map<JoinedPartition, Long> toHear = new HashMap<>();

    private long renewedMs;
    private volatile boolean closing;

    /**
     * @param consumer without a group; the board assigns and closes it
     * @param producer the board writes with it and leaves it open
     * @param group the application id: all its instances spend one quota
     * @param lost told when the quota belongs to another group, or the topic cannot be read: the process is to stop
     */
    public QuotaCoordinator(
            String topic,
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            QuotaMessageCodec codec,
            QuotaLimiter limiter,
            String group,
            InstantSource clock,
            Consumer<RuntimeException> lost) {
        this.partition = new TopicPartition(topic, 0);
        this.consumer = consumer;
        this.producer = producer;
        this.codec = codec;
        this.limiter = limiter;
        this.ownership = new QuotaOwnership(group);
        this.clock = clock;
        this.lost = lost;
    }

    /**
     * Claims the quota for this group, before anything is called.
     *
     * @throws IllegalStateException if another group owns it, or Kafka does not answer
     * @throws SerializationException if no schema registry answers
     */
    public void claim() {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        readToEnd();
        refuseIfOwned();
        publish(ownership.claim(clock.millis()));
        producer.flush();
        readToEnd();
        refuseIfOwned();
        ownership.held();
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

    /**
     * While the brokers or the schema registry are away nothing is told, and no share that joins counts; what counts
     * already goes on.
     */
    private void round() {
        try {
            noteJoining();
            poll();
            limiter.caughtUp(caughtUp());
            limiter.pendingMessages().forEach(this::publish);
            renew();
        } catch (RetriableException away) {
            warnings.warn(
                    "the topic " + partition.topic() + " cannot be read at the moment: " + away.getMessage(),
                    clock.millis());
        } catch (SerializationException away) {
            warnings.warn("the other instances are told nothing at the moment: " + away.getMessage(), clock.millis());
        }
    }

    private void noteJoining() {
        Set<JoinedPartition> joining = limiter.joining();
        toHear.keySet().retainAll(joining);
        if (!toHear.keySet().containsAll(joining)) {
            long end = end();
            joining.forEach(joined -> toHear.putIfAbsent(joined, end));
        }
    }

    /** Those that joined and of which all is heard that was told before. */
    private Set<JoinedPartition> caughtUp() {
        return toHear.entrySet().stream()
                .filter(joined -> isReadTo(joined.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void renew() {
        long nowMs = clock.millis();
        if (Math.abs(nowMs - renewedMs) >= RENEW_MS) {
            refuseIfOwned();
            publish(ownership.claim(nowMs));
            renewedMs = nowMs;
        }
    }

    private void readToEnd() {
        long end = end();
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
                        + TIMEOUT.toSeconds() + " s; check the brokers and this service's right to read it");
            }
        }
    }

    private long end() {
        return consumer.endOffsets(List.of(partition), TIMEOUT).getOrDefault(partition, 0L);
    }

    private boolean isReadTo(long end) {
        return consumer.position(partition, TIMEOUT) >= end && !postponed.isAnyBefore(end, clock.millis());
    }

    private void poll() {
        for (ConsumerRecord<byte[], byte[]> line : consumer.poll(POLL)) {
            String key = line.key() == null ? "" : new String(line.key(), StandardCharsets.UTF_8);
            postponed.replaced(key);
            if (line.value() != null) {
                apply(new PostponedMessages.Line(key, line.value(), line.offset(), clock.millis()));
            }
        }
        for (PostponedMessages.Line line : postponed.due(clock.millis())) {
            if (!apply(line)) {
                break;
            }
        }
    }

    /** Whoever writes what cannot be read has told nothing; but while the registry is away it may be good. */
    private boolean apply(PostponedMessages.Line line) {
        ReceivedMessage reading = codec.read(line.value());
        if (reading instanceof ReceivedMessage.Unavailable unavailable) {
            passedOver(line, "cannot be read yet: " + unavailable.why());
            postponed.add(line);
            return false;
        }
        postponed.replaced(line.key());
        if (reading instanceof ReceivedMessage.Unreadable unreadable) {
            passedOver(line, "not a notice: " + unreadable.why());
            return true;
        }
        QuotaMessage message = ((ReceivedMessage.Told) reading).message();
        Optional<String> fault = QuotaMessageValidator.fault(message, line.offset(), clock.millis());
        if (fault.isPresent()) {
            passedOver(line, "not a notice that a processor writes: " + fault.get());
            return true;
        }
        if (message instanceof QuotaMessage.Owner owner) {
            ownership.apply(owner, line.offset(), clock.millis());
        }
        limiter.apply(message);
        return true;
    }

    private void passedOver(PostponedMessages.Line line, String why) {
        warnings.warn(partition.topic() + ", offset " + line.offset() + ": " + why, clock.millis());
    }

    private void refuseIfOwned() {
        Optional<QuotaMessage.Owner> other = ownership.other(clock.millis());
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
                        // Nobody spends more for what is not heard; it is told again while it holds.
                        LOG.warn("{} was not told to the other instances: {}", message, failure.getMessage());
                    }
                });
    }

    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
    }
}
