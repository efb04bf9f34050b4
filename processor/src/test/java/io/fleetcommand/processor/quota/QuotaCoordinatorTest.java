package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.fleetcommand.model.Cancellation;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class QuotaCoordinatorTest {
    private static final String TOPIC = "fleet.quota";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final AtomicInteger registryFailures = new AtomicInteger();
    private final AtomicReference<byte[]> undecodable = new AtomicReference<>();
    private final AtomicInteger decodeCount = new AtomicInteger();
    private final AtomicLong msPerClockRead = new AtomicLong();
    private final QuotaMessageCodec codec = new QuotaMessageCodec(TOPIC, serializer, this::deserialized);
    private final List<byte[]> topic = Collections.synchronizedList(new ArrayList<>());
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final List<RuntimeException> fatal = new CopyOnWriteArrayList<>();
    private final QuotaLimiter limiter = new QuotaLimiter(
            new QuotaShares(new Quota(1_000, Duration.ofSeconds(30), 12, 0, 4), QuotaShares.Scope.SHARED, "me", 0),
            10,
            Map.of(),
            () -> true,
            new SlidingWindowCounter(1_000_000_000L, 0),
            () -> Instant.ofEpochMilli(nowMs.get()),
            () -> nowMs.get() * 1_000_000);

    QuotaCoordinatorTest() {
        Map<String, Object> config = Map.of("schema.registry.url", "mock://" + UUID.randomUUID());
        serializer.configure(config, false);
        deserializer.configure(config, false);
    }

    @Test
    void theFirstApplicationOwnsTheQuota() {
        coordinator("green").claim();
        assertThat(keys).containsExactly("owner/green");
        assertThat(codec.read(topic.get(0)))
                .isEqualTo(decoded(new QuotaMessage.Owner("green", QuotaMessage.Owner.FIRST, nowMs.get() + 30_000)));
    }

    @Test
    void aSecondApplicationRefusesToStartAndSaysUntilWhen() {
        coordinator("green").claim();
        assertThatIllegalStateException()
                .isThrownBy(() -> coordinator("blue").claim())
                .withMessageContaining("belongs to the application green until " + Instant.ofEpochMilli(1_030_000));
        assertThat(keys).containsExactly("owner/green");
    }

    @Test
    void anotherInstanceOfTheSameApplicationJoinsItsClaim() {
        coordinator("green").claim();
        coordinator("green").claim();
        assertThat(codec.read(topic.get(1)))
                .isEqualTo(decoded(new QuotaMessage.Owner("green", 0, nowMs.get() + 30_000)));
    }

    @Test
    void aClaimThatWasNotRenewedMayBeTakenOver() {
        coordinator("green").claim();
        nowMs.addAndGet(30_000);
        coordinator("blue").claim();
        assertThat(keys).containsExactly("owner/green", "owner/blue");
    }

    @Test
    void skipsInvalidMessages() {
        topic.addAll(invalidValues());
        coordinator("green").claim();
        assertThat(keys).containsExactly("owner/green");
        assertThat(limiter.tryReserve(0, List.of(QuotaClass.of(Priority.URGENT))))
                .as("no cool-down")
                .isPresent();
    }

    @Test
    void survivesInvalidMessagesAndAppliesTheNextOnes() throws Exception {
        QuotaCoordinator coordinator = coordinator("green");
        coordinator.claim();
        topic.addAll(invalidValues());
        topic.add(codec.bytes(new QuotaMessage.Owner("evil", 0, nowMs.get() + 30_000)));
        topic.add(codec.bytes(new QuotaMessage.CoolingDown(CoolDown.none(1_000).throttled(5_000, nowMs.get()))));
        Thread running = new Thread(coordinator::run);
        running.start();
        try {
            await().until(() -> limiter.tryReserve(0, List.of(QuotaClass.of(Priority.URGENT)))
                    .isEmpty());
            nowMs.addAndGet(20_000);
            await().untilAsserted(
                            () -> assertThat(keys).as("the claim is renewed").hasSizeGreaterThan(1));
        } finally {
            coordinator.close();
            running.join(10_000);
        }
        assertThat(fatal).isEmpty();
        assertThat(running.isAlive()).isFalse();
    }

    @Test
    void appliesAPostponedMessageOnceTheRegistryIsBack() {
        topic.add(codec.bytes(new QuotaMessage.CoolingDown(CoolDown.none(1_000).throttled(60_000, nowMs.get()))));
        registryFailures.set(3);
        msPerClockRead.set(100);

        coordinator("green").claim();

        assertThat(limiter.tryReserve(0, List.of(QuotaClass.of(Priority.URGENT))))
                .isEmpty();
        assertThat(nowMs.get()).isBetween(1_002_000L, 1_030_000L);
    }

    @Test
    void dropsAPostponedMessageOnceItMustHaveExpired() {
        topic.add(codec.bytes(new QuotaMessage.CoolingDown(CoolDown.none(1_000).throttled(60_000, nowMs.get()))));
        undecodable.set(topic.get(0));
        msPerClockRead.set(100);

        coordinator("green").claim();

        assertThat(keys).containsExactly("owner/green");
        assertThat(nowMs.get()).isGreaterThan(1_040_000);
    }

    @Test
    void aJoinedShareCountsOnceEarlierMessagesAreReadOrExpired() throws Exception {
        QuotaCoordinator coordinator = coordinator("green");
        coordinator.claim();
        topic.add(codec.bytes(new QuotaMessage.Loan(0, "you", nowMs.get() + 6_000)));
        undecodable.set(topic.get(topic.size() - 1));
        limiter.tryReserve(0, List.of(QuotaClass.of(Priority.URGENT)));
        Thread running = new Thread(coordinator::run);
        running.start();
        try {
            await().until(() -> decodeCount.get() > 1);
            assertThat(limiter.joining()).extracting(JoinedPartition::partition).containsExactly(0);
            for (int i = 0; i < 50; i++) {
                nowMs.addAndGet(1_000);
                limiter.tryReserve(0, List.of(QuotaClass.of(Priority.URGENT)));
            }
            await().until(() -> limiter.joining().isEmpty());
        } finally {
            coordinator.close();
            running.join(10_000);
        }
        assertThat(fatal).isEmpty();
    }

    private List<byte[]> invalidValues() {
        long day = 86_400_000;
        byte[] good = codec.bytes(new QuotaMessage.Demand("me", nowMs.get()));
        byte[] unknown = good.clone();
        unknown[1] = 1;
        List<byte[]> values = new ArrayList<>();
        values.add("garbage".getBytes(StandardCharsets.UTF_8));
        values.add(null);
        values.add(new byte[0]);
        values.add(unknown);
        for (String claim :
                List.of("00", "008080808010", "00FEFFFFFF0F", "0080A8D6B907", "0A", "FFFFFFFFFFFFFFFFFF01")) {
            byte[] bytes = HexFormat.of().parseHex(claim);
            byte[] value = Arrays.copyOf(good, 5 + bytes.length);
            System.arraycopy(bytes, 0, value, 5, bytes.length);
            values.add(value);
        }
        values.add(serializer.serialize(
                TOPIC,
                Cancellation.newBuilder()
                        .setRequestId("c-1")
                        .setDeviceId("d")
                        .setCreatedAt(Instant.EPOCH)
                        .build()));
        values.add(codec.bytes(new QuotaMessage.Owner("evil", 0, Long.MAX_VALUE)));
        values.add(codec.bytes(new QuotaMessage.Owner("evil", Long.MIN_VALUE, nowMs.get() + 1_000)));
        values.add(codec.bytes(new QuotaMessage.CoolingDown(new CoolDown(nowMs.get() + 365 * day, 1_000, 1))));
        values.add(codec.bytes(new QuotaMessage.CoolingDown(new CoolDown(Long.MAX_VALUE, 1_000, 1))));
        values.add(codec.bytes(new QuotaMessage.CoolingDown(new CoolDown(nowMs.get() + 1, 0, 1))));
        values.add(codec.bytes(new QuotaMessage.CoolingDown(new CoolDown(nowMs.get() + 1, -5, 1))));
        values.add(codec.bytes(new QuotaMessage.CoolingDown(new CoolDown(nowMs.get() + 1, 1_000, Integer.MAX_VALUE))));
        values.add(codec.bytes(new QuotaMessage.Loan(-5, "me", nowMs.get() + 1_000)));
        values.add(codec.bytes(new QuotaMessage.Loan(Integer.MAX_VALUE, "me", nowMs.get() + 1_000)));
        values.add(codec.bytes(new QuotaMessage.Loan(0, "me", Long.MAX_VALUE)));
        values.add(codec.bytes(new QuotaMessage.Demand("x".repeat(100_000), nowMs.get() + 1_000)));
        values.add(codec.bytes(new QuotaMessage.Demand("\u001b[2J\n", nowMs.get() + 1_000)));
        return values;
    }

    private static ReceivedMessage decoded(QuotaMessage message) {
        return new ReceivedMessage.Decoded(message);
    }

    @Test
    void appliesMessagesFromBeforeItsStart() {
        topic.add(codec.bytes(new QuotaMessage.CoolingDown(CoolDown.none(1_000).throttled(5_000, nowMs.get()))));
        coordinator("green").claim();
        assertThat(limiter.pendingMessages()).as("not published again").isEmpty();
        assertThat(limiter.tryReserve(0, List.of(QuotaClass.of(Priority.URGENT))))
                .isEmpty();
    }

    @Test
    void everyMessageSurvivesTheRoundTrip() {
        List<QuotaMessage> all = List.of(
                new QuotaMessage.Owner("green", 7, 8),
                new QuotaMessage.CoolingDown(new CoolDown(1, 2, 3)),
                new QuotaMessage.Demand("me", 5),
                new QuotaMessage.Loan(3, "you", 6));
        assertThat(all)
                .allSatisfy(
                        message -> assertThat(codec.read(codec.bytes(message))).isEqualTo(decoded(message)));
    }

    /** Decodes, but the registry is unavailable for some calls, or for those of one value. */
    private Object deserialized(String name, byte[] value) {
        decodeCount.incrementAndGet();
        if (value == undecodable.get() || registryFailures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new SerializationException("no registry answers", new IOException("unavailable"));
        }
        return deserializer.deserialize(name, value);
    }

    /** The coordinator of a process that starts now: it reads the topic as it is, and its own messages. */
    private QuotaCoordinator coordinator(String group) {
        MockConsumer<byte[], byte[]> assigned = new TopicConsumer();
        assigned.updateBeginningOffsets(Map.of(PARTITION, 0L));
        return new QuotaCoordinator(
                TOPIC,
                assigned,
                new TopicProducer(),
                codec,
                limiter,
                group,
                () -> Instant.ofEpochMilli(nowMs.addAndGet(msPerClockRead.get())),
                fatal::add);
    }

    /** Delivers what the topic holds at each poll or end-offset call. */
    private final class TopicConsumer extends MockConsumer<byte[], byte[]> {
        private int delivered;

        TopicConsumer() {
            super("earliest");
        }

        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(
                Collection<TopicPartition> partitions, Duration timeout) {
            deliver();
            return super.endOffsets(partitions, timeout);
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            deliver();
            return super.poll(timeout);
        }

        private void deliver() {
            while (delivered < topic.size()) {
                byte[] key = ("key " + delivered).getBytes(StandardCharsets.UTF_8);
                addRecord(new ConsumerRecord<>(TOPIC, 0, delivered, key, topic.get(delivered)));
                delivered++;
            }
            updateEndOffsets(Map.of(PARTITION, (long) topic.size()));
        }
    }

    /** Appends to the topic. */
    private final class TopicProducer extends MockProducer<byte[], byte[]> {
        TopicProducer() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            keys.add(new String(record.key(), StandardCharsets.UTF_8));
            topic.add(record.value());
            return super.send(record, callback);
        }
    }
}
