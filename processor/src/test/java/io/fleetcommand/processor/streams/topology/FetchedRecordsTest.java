package io.fleetcommand.processor.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class FetchedRecordsTest {
    private static final TopicPartition FLOOD_0 = new TopicPartition("flood", 0);
    private static final TopicPartition FLOOD_1 = new TopicPartition("flood", 1);
    private static final TopicPartition OTHERS = new TopicPartition("others", 0);

    private final FetchedRecords fetched = new FetchedRecords();

    @Test
    void aTopicDoesNotWaitBehindTheBacklogOfAnother() {
        fetched.add(records(FLOOD_0, 0, 500));
        fetched.add(records(FLOOD_1, 0, 500));
        fetched.add(records(OTHERS, 7, 2));

        assertThat(offsets(fetched.take(6, Set.of())))
                .containsOnly(
                        Map.entry(FLOOD_0, List.of(0L, 1L)),
                        Map.entry(FLOOD_1, List.of(0L, 1L)),
                        Map.entry(OTHERS, List.of(7L, 8L)));
    }

    @Test
    void topicsAreServedRoundRobin() {
        fetched.add(records(FLOOD_0, 0, 10));
        fetched.add(records(OTHERS, 0, 10));

        assertThat(offsets(fetched.take(1, Set.of()))).containsOnlyKeys(FLOOD_0);
        assertThat(offsets(fetched.take(1, Set.of()))).containsOnlyKeys(OTHERS);
        assertThat(offsets(fetched.take(1, Set.of()))).containsOnlyKeys(FLOOD_0);
    }

    @Test
    void thePositionIsThatOfTheFirstBufferedRecordAndAfterTheLastThatOfTheFetch() {
        fetched.add(new ConsumerRecords<>(
                Map.of(OTHERS, List.of(record(OTHERS, 3), record(OTHERS, 9))),
                Map.of(OTHERS, new OffsetAndMetadata(12, Optional.of(4), ""))));

        assertThat(fetched.position(OTHERS)).hasValue(3);
        assertThat(fetched.take(1, Set.of()).nextOffsets())
                .containsExactly(Map.entry(OTHERS, new OffsetAndMetadata(9, Optional.of(4), "")));
        assertThat(fetched.position(OTHERS)).hasValue(9);
        assertThat(fetched.take(1, Set.of()).nextOffsets())
                .containsExactly(Map.entry(OTHERS, new OffsetAndMetadata(12, Optional.of(4), "")));
        assertThat(fetched.position(OTHERS)).isEmpty();
    }

    @Test
    void aPositionThatAdvancedWithoutARecordIsReturnedOnce() {
        fetched.add(new ConsumerRecords<>(Map.of(), Map.of(OTHERS, new OffsetAndMetadata(12))));

        assertThat(fetched.take(5, Set.of()).nextOffsets())
                .containsExactly(Map.entry(OTHERS, new OffsetAndMetadata(12)));
        assertThat(fetched.take(5, Set.of()).nextOffsets()).isEmpty();
    }

    @Test
    void pausedPartitionsAreSkipped() {
        fetched.add(records(FLOOD_0, 0, 3));
        fetched.add(records(FLOOD_1, 0, 3));
        fetched.add(records(OTHERS, 0, 1));

        assertThat(offsets(fetched.take(50, Set.of(FLOOD_0, OTHERS))))
                .containsOnly(Map.entry(FLOOD_1, List.of(0L, 1L, 2L)));
        assertThat(fetched.partitions()).containsExactlyInAnyOrder(FLOOD_0, OTHERS);
        assertThat(offsets(fetched.take(50, Set.of())))
                .containsOnly(Map.entry(FLOOD_0, List.of(0L, 1L, 2L)), Map.entry(OTHERS, List.of(0L)));
    }

    @Test
    void ofADroppedPartitionNothingIsLeft() {
        fetched.add(records(FLOOD_0, 0, 3));
        fetched.add(records(OTHERS, 0, 3));
        fetched.add(new ConsumerRecords<>(Map.of(), Map.of(FLOOD_1, new OffsetAndMetadata(12))));

        fetched.drop(List.of(FLOOD_0, FLOOD_1, new TopicPartition("never", 3)));

        assertThat(fetched.position(FLOOD_0)).isEmpty();
        ConsumerRecords<byte[], byte[]> remaining = fetched.take(50, Set.of());
        assertThat(offsets(remaining)).containsOnly(Map.entry(OTHERS, List.of(0L, 1L, 2L)));
        assertThat(remaining.nextOffsets()).containsOnlyKeys(OTHERS);
        fetched.add(records(FLOOD_0, 0, 1));
        assertThat(offsets(fetched.take(50, Set.of()))).containsOnly(Map.entry(FLOOD_0, List.of(0L)));
    }

    @Test
    void everyRecordIsReturnedOnceInTheOrderOfItsPartition() {
        Random random = new Random(3);
        Map<TopicPartition, Long> added = new HashMap<>();
        Map<TopicPartition, List<Long>> handedOn = new HashMap<>();
        for (int round = 0; round < 5_000; round++) {
            TopicPartition partition = new TopicPartition("t" + random.nextInt(4), random.nextInt(5));
            int count = random.nextInt(6);
            long first = added.getOrDefault(partition, 0L);
            if (count > 0) {
                fetched.add(records(partition, first, count));
                added.put(partition, first + count);
            }
            Set<TopicPartition> paused =
                    random.nextBoolean() ? Set.of() : Set.of(new TopicPartition("t9", 1), partition);
            ConsumerRecords<byte[], byte[]> taken = fetched.take(random.nextInt(6), paused);
            assertThat(taken.partitions()).noneMatch(paused::contains);
            offsets(taken).forEach((from, offsets) -> {
                handedOn.computeIfAbsent(from, none -> new ArrayList<>()).addAll(offsets);
                assertThat(taken.nextOffsets().get(from).offset()).isEqualTo(offsets.get(offsets.size() - 1) + 1);
            });
        }
        offsets(fetched.take(Integer.MAX_VALUE, Set.of()))
                .forEach((from, offsets) -> handedOn.computeIfAbsent(from, none -> new ArrayList<>())
                        .addAll(offsets));

        assertThat(handedOn.keySet()).isEqualTo(added.keySet());
        added.forEach((partition, count) -> assertThat(handedOn.get(partition))
                .isEqualTo(LongStream.range(0, count).boxed().toList()));
        assertThat(fetched.partitions()).isEmpty();
    }

    private static ConsumerRecords<byte[], byte[]> records(TopicPartition partition, long first, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = LongStream.range(first, first + count)
                .mapToObj(offset -> record(partition, offset))
                .toList();
        return new ConsumerRecords<>(
                Map.of(partition, records), Map.of(partition, new OffsetAndMetadata(first + count)));
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                Optional.of(4));
    }

    private static Map<TopicPartition, List<Long>> offsets(ConsumerRecords<byte[], byte[]> records) {
        Map<TopicPartition, List<Long>> offsets = new HashMap<>();
        records.partitions()
                .forEach(partition -> offsets.put(
                        partition,
                        records.records(partition).stream()
                                .map(ConsumerRecord::offset)
                                .toList()));
        return offsets;
    }
}
