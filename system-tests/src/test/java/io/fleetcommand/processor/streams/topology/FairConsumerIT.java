package io.fleetcommand.processor.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The consumer that gives topics their turn, on a real broker: as Kafka Streams uses it, and as a group moves. */
class FairConsumerIT {
    private static final Duration SOON = Duration.ofMillis(200);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int AT_ONCE = 50;
    private static final int FLOOD = 2_000;

    private static LocalStack stack;

    private String flood;
    private String few;

    @BeforeAll
    static void start() {
        stack = LocalStack.start(
                Installation.find(), StackOptions.standard().withProcessors(0).withTokenServices(0, Map.of()));
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @BeforeEach
    void publish(TestInfo test) throws Exception {
        String name = test.getTestMethod().orElseThrow().getName();
        flood = name + "-flood";
        few = name + "-few";
        try (Admin admin = Admin.create(common())) {
            admin.createTopics(List.of(new NewTopic(flood, 2, (short) 1), new NewTopic(few, 1, (short) 1)))
                    .all()
                    .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(common(), new StringSerializer(), new StringSerializer())) {
            for (int number = 0; number < FLOOD; number++) {
                producer.send(new ProducerRecord<>(flood, number % 2, "key", "flood " + number));
            }
            for (int number = 0; number < 3; number++) {
                producer.send(new ProducerRecord<>(few, 0, null, number == 1 ? null : "few " + number));
            }
        }
    }

    @Test
    void aTopicWithFewRecordsDoesNotWaitBehindAnothersFlood() {
        try (FairConsumer consumer = assigned()) {
            Seen seen = new Seen();
            seen.untilHasSome(consumer, few);

            assertThat(seen.of(few)).hasSize(3);
            assertThat(seen.of(flood)).hasSizeLessThan(FLOOD / 2);
            assertThat(seen.mostAtOnce).isLessThanOrEqualTo(AT_ONCE);
        }
    }

    @Test
    void everyRecordIsReturnedOnceInItsOrderAndThePositionIsBehindTheLastOne() {
        try (FairConsumer consumer = assigned()) {
            Seen seen = new Seen();
            seen.until(consumer, FLOOD + 3);

            assertThat(offsets(seen.of(flood, 0))).isEqualTo(upTo(FLOOD / 2));
            assertThat(offsets(seen.of(flood, 1))).isEqualTo(upTo(FLOOD / 2));
            assertThat(seen.of(few)).extracting(ConsumerRecord::key).containsOnlyNulls();
            assertThat(seen.of(few).stream().map(record -> record.value() == null))
                    .containsExactly(false, true, false);
            assertThat(consumer.poll(SOON).count()).isZero();
        }
    }

    @Test
    void whatIsPausedIsKeptForLaterAndHoldsNobodyElseUp() {
        TopicPartition paused = new TopicPartition(flood, 0);
        try (FairConsumer consumer = assigned()) {
            Seen seen = new Seen();
            seen.untilHasSome(consumer, flood);
            long position = consumer.position(paused);

            consumer.pause(Set.of(paused));
            int before = seen.of(flood, 0).size();
            seen.until(consumer, before + FLOOD / 2 + 3);

            assertThat(seen.of(flood, 0)).hasSize(before);
            assertThat(consumer.position(paused)).isEqualTo(position);
            assertThat(consumer.paused()).contains(paused);

            consumer.resume(Set.of(paused));
            seen.until(consumer, FLOOD + 3);
            assertThat(offsets(seen.of(flood, 0))).isEqualTo(upTo(FLOOD / 2));
        }
    }

    @Test
    void afterASeekNothingIsReturnedThatWasFetchedBefore() {
        TopicPartition sought = new TopicPartition(flood, 0);
        try (FairConsumer consumer = assigned()) {
            new Seen().untilHasSome(consumer, flood);

            consumer.pause(Set.of(sought));
            consumer.seek(sought, 900);
            assertThat(consumer.position(sought)).isEqualTo(900);
            assertThat(consumer.paused()).contains(sought);
            consumer.resume(Set.of(sought));
            Seen seen = new Seen();
            seen.until(consumer, sought, 100);
            assertThat(offsets(seen.of(flood, 0)))
                    .isEqualTo(
                            IntStream.range(900, 1_000).mapToObj(Long::valueOf).toList());

            consumer.seekToBeginning(Set.of(sought));
            assertThat(consumer.position(sought)).isZero();
            consumer.seekToEnd(Set.of(sought));
            assertThat(consumer.position(sought)).isEqualTo(FLOOD / 2);
        }
    }

    @Test
    void aPartitionThatMovesToAnotherMemberIsReadOnThereFromWhatWasReturnedHere() {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        try (FairConsumer first = grouped();
                FairConsumer second = grouped()) {
            Seen here = new Seen();
            Seen there = new Seen();
            first.subscribe(Set.of(flood, few), new CommitsPositions(first, committed));
            here.untilHasSome(first, few);
            assertThat(here.size()).as("some is held back").isLessThan(FLOOD);

            second.subscribe(Set.of(flood, few), new CommitsPositions(second, committed));
            long endNanos = System.nanoTime() + TIMEOUT.toNanos();
            while (second.assignment().isEmpty() && System.nanoTime() < endNanos) {
                // Only as many as keep the group going: there must be something left to read over there.
                first.pause(first.assignment());
                here.add(first.poll(SOON));
                there.add(second.poll(SOON));
            }
            first.resume(first.paused());
            Set<TopicPartition> moved = second.assignment();
            assertThat(moved).isNotEmpty();
            while (here.size() + there.size() < FLOOD + 3 && System.nanoTime() < endNanos) {
                here.add(first.poll(SOON));
                there.add(second.poll(SOON));
            }

            for (TopicPartition partition :
                    List.of(new TopicPartition(flood, 0), new TopicPartition(flood, 1), new TopicPartition(few, 0))) {
                List<Long> both = new ArrayList<>(offsets(here.of(partition.topic(), partition.partition())));
                both.addAll(offsets(there.of(partition.topic(), partition.partition())));
                assertThat(both).as("%s, moved: %s", partition, moved).doesNotHaveDuplicates();
                assertThat(new TreeSet<>(both))
                        .as("%s", partition)
                        .containsExactlyElementsOf(upTo(partition.topic().equals(few) ? 3 : FLOOD / 2));
            }
        }
    }

    @Test
    void aNewSubscriptionReadsOnFromWhatWasCommittedAndNotFromWhatWasFetched() {
        try (FairConsumer consumer = grouped()) {
            Seen seen = new Seen();
            consumer.subscribe(Set.of(flood), new CommitsPositions(consumer, new HashMap<>()));
            seen.untilHasSome(consumer, flood);

            consumer.commitSync();
            consumer.unsubscribe();
            consumer.subscribe(Set.of(flood), new CommitsPositions(consumer, new HashMap<>()));
            seen.until(consumer, FLOOD);

            assertThat(offsets(seen.of(flood, 0))).isEqualTo(upTo(FLOOD / 2));
            assertThat(offsets(seen.of(flood, 1))).isEqualTo(upTo(FLOOD / 2));
        }
    }

    private FairConsumer assigned() {
        Map<String, Object> config = common();
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", false);
        FairConsumer consumer = new FairConsumer(config);
        consumer.assign(
                List.of(new TopicPartition(flood, 0), new TopicPartition(flood, 1), new TopicPartition(few, 0)));
        return consumer;
    }

    private FairConsumer grouped() {
        Map<String, Object> config = common();
        config.put("group.id", flood);
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", false);
        config.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
        return new FairConsumer(config);
    }

    private static Map<String, Object> common() {
        return new HashMap<>(Map.of("bootstrap.servers", stack.addresses().bootstrapServers()));
    }

    private static List<Long> upTo(long end) {
        return IntStream.range(0, (int) end).mapToObj(Long::valueOf).toList();
    }

    private static List<Long> offsets(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(ConsumerRecord::offset).toList();
    }

    /** Commits the positions of partitions that leave, as Kafka Streams does. */
    private record CommitsPositions(FairConsumer consumer, Map<TopicPartition, OffsetAndMetadata> committed)
            implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(
                    partition -> committed.put(partition, new OffsetAndMetadata(consumer.position(partition))));
            consumer.commitSync(committed);
            committed.clear();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
    }

    /** What a consumer has returned. Each time its next positions must be those that it says it stands at. */
    private static final class Seen {
        private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        private int mostAtOnce;

        void untilHasSome(FairConsumer consumer, String topic) {
            long endNanos = System.nanoTime() + TIMEOUT.toNanos();
            while (of(topic).isEmpty() && System.nanoTime() < endNanos) {
                add(consumer, consumer.poll(SOON));
            }
        }

        void until(FairConsumer consumer, int count) {
            long endNanos = System.nanoTime() + TIMEOUT.toNanos();
            while (records.size() < count && System.nanoTime() < endNanos) {
                add(consumer, consumer.poll(SOON));
            }
            assertThat(records).hasSize(count);
        }

        void until(FairConsumer consumer, TopicPartition partition, int count) {
            long endNanos = System.nanoTime() + TIMEOUT.toNanos();
            while (of(partition.topic(), partition.partition()).size() < count && System.nanoTime() < endNanos) {
                add(consumer, consumer.poll(SOON));
            }
        }

        private void add(FairConsumer consumer, ConsumerRecords<byte[], byte[]> returned) {
            add(returned);
            for (TopicPartition partition : returned.partitions()) {
                List<ConsumerRecord<byte[], byte[]>> of = returned.records(partition);
                long behind = of.get(of.size() - 1).offset() + 1;
                assertThat(consumer.position(partition)).as("%s", partition).isEqualTo(behind);
                assertThat(returned.nextOffsets().get(partition).offset()).isEqualTo(behind);
            }
        }

        void add(ConsumerRecords<byte[], byte[]> returned) {
            mostAtOnce = Math.max(mostAtOnce, returned.count());
            returned.forEach(records::add);
        }

        int size() {
            return records.size();
        }

        List<ConsumerRecord<byte[], byte[]>> of(String topic) {
            return records.stream()
                    .filter(record -> record.topic().equals(topic))
                    .toList();
        }

        List<ConsumerRecord<byte[], byte[]>> of(String topic, int partition) {
            return of(topic).stream()
                    .filter(record -> record.partition() == partition)
                    .toList();
        }
    }
}
