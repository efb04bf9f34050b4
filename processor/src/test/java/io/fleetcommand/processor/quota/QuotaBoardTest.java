package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Right;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class QuotaBoardTest {
    private static final String TOPIC = "fleet.quota";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final NoticeCodec codec = new NoticeCodec(TOPIC, serializer, deserializer);
    private final List<byte[]> topic = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final QuotaGate gate = new QuotaGate(
            new Shares(new Quota(1_000, Duration.ofSeconds(30), 12, 0, 4), Shares.Scope.SHARED, "me", 0),
            10,
            Map.of(),
            () -> true,
            new QuotaUse(1_000_000_000L, 0),
            () -> Instant.ofEpochMilli(nowMs.get()),
            () -> nowMs.get() * 1_000_000);

    QuotaBoardTest() {
        Map<String, Object> config = Map.of("schema.registry.url", "mock://" + UUID.randomUUID());
        serializer.configure(config, false);
        deserializer.configure(config, false);
    }

    @Test
    void theFirstApplicationOwnsTheQuota() {
        board("green").claim();
        assertThat(keys).containsExactly("owner/green");
        assertThat(codec.notice(topic.get(0)))
                .contains(new Notice.Owner("green", Notice.Owner.FIRST, nowMs.get() + 30_000));
    }

    @Test
    void aSecondApplicationRefusesToStartAndSaysUntilWhen() {
        board("green").claim();
        assertThatIllegalStateException()
                .isThrownBy(() -> board("blue").claim())
                .withMessageContaining("belongs to the application green until " + Instant.ofEpochMilli(1_030_000));
        assertThat(keys).containsExactly("owner/green");
    }

    @Test
    void anotherInstanceOfTheSameApplicationJoinsItsClaim() {
        board("green").claim();
        board("green").claim();
        assertThat(codec.notice(topic.get(1))).contains(new Notice.Owner("green", 0, nowMs.get() + 30_000));
    }

    @Test
    void aClaimThatWasNotRenewedMayBeTakenOver() {
        board("green").claim();
        nowMs.addAndGet(30_000);
        board("blue").claim();
        assertThat(keys).containsExactly("owner/green", "owner/blue");
    }

    @Test
    void whatIsNoNoticeIsPassedOver() {
        topic.add("garbage".getBytes(StandardCharsets.UTF_8));
        board("green").claim();
        assertThat(keys).containsExactly("owner/green");
    }

    @Test
    void whatWasToldBeforeIsHeardByTheGate() {
        topic.add(codec.bytes(new Notice.Rest(CoolDown.none(1_000).refused(5_000, nowMs.get()))));
        board("green").claim();
        assertThat(gate.news()).as("it is no news any more").isEmpty();
        assertThat(gate.tryEnter(0, List.of(Right.of(Lane.URGENT)))).isEmpty();
    }

    @Test
    void everyNoticeComesBackAsItWasTold() {
        List<Notice> all = List.of(
                new Notice.Owner("green", 7, 8),
                new Notice.Rest(new CoolDown(1, 2, 3)),
                new Notice.Demand("me", 5),
                new Notice.Loan(3, "you", 6));
        assertThat(all)
                .allSatisfy(
                        notice -> assertThat(codec.notice(codec.bytes(notice))).contains(notice));
    }

    /** A board of a process that starts now: it reads the topic as it stands, and what it writes itself. */
    private QuotaBoard board(String group) {
        MockConsumer<byte[], byte[]> assigned = new Assigned();
        assigned.updateBeginningOffsets(Map.of(PARTITION, 0L));
        return new QuotaBoard(
                TOPIC, assigned, new Piped(), codec, gate, group, () -> Instant.ofEpochMilli(nowMs.get()), failure -> {
                    throw failure;
                });
    }

    /** Sees the topic as it is whenever it is asked for its end. */
    private final class Assigned extends MockConsumer<byte[], byte[]> {
        private int delivered;

        Assigned() {
            super("earliest");
        }

        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(
                Collection<TopicPartition> partitions, Duration timeout) {
            while (delivered < topic.size()) {
                addRecord(new ConsumerRecord<>(TOPIC, 0, delivered, new byte[0], topic.get(delivered)));
                delivered++;
            }
            updateEndOffsets(Map.of(PARTITION, (long) topic.size()));
            return super.endOffsets(partitions, timeout);
        }
    }

    /** Appends to the topic. */
    private final class Piped extends MockProducer<byte[], byte[]> {
        Piped() {
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
