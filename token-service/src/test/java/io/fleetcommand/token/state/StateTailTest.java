package io.fleetcommand.token.state;

import static io.fleetcommand.token.state.StateFixture.OLD_KEY;
import static io.fleetcommand.token.state.StateFixture.cipher;
import static io.fleetcommand.token.state.StateFixture.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.token.rotation.TokenState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StateTailTest {
    private static final TopicPartition PARTITION = new TopicPartition("fleet.token-state", 0);

    private final TokenStateCodec codec = StateFixture.codec();
    private final TokenStateCodec otherCodec = new TokenStateCodec(cipher(OLD_KEY));
    private final StateTail tail = new StateTail(PARTITION, codec);
    private final List<byte[]> records = new ArrayList<>();
    private final List<TokenState> heard = new ArrayList<>();

    @Test
    void theNewestRecordIsTheState() throws InterruptedException {
        tail.onChange(() -> heard.add(tail.state()));
        records.add(codec.write(state(1)));
        records.add(codec.write(state(2)));

        follow();

        assertThat(tail.isLoaded()).isTrue();
        assertThat(tail.state()).isEqualTo(state(2));
        assertThat(heard).containsExactly(state(1), state(2));
        assertThat(tail.awaitCaughtUp(2, Duration.ZERO)).isTrue();
        assertThat(tail.awaitCaughtUp(3, Duration.ZERO)).as("not read yet").isFalse();
    }

    @Test
    void anEmptyTopicIsLoadedAsNoState() {
        follow();

        assertThat(tail.isLoaded()).isTrue();
        assertThat(tail.state()).isEqualTo(TokenState.NONE);
    }

    @Test
    void anOlderRecordOfARemovedKeyIsSkipped() throws InterruptedException {
        records.add(otherCodec.write(state(1)));
        records.add(codec.write(state(2)));

        follow();

        assertThat(tail.state()).isEqualTo(state(2));
        assertThat(tail.awaitCaughtUp(2, Duration.ZERO)).isTrue();
    }

    @Test
    void aNewestRecordOfAnUnknownKeyIsAnError() throws InterruptedException {
        records.add(codec.write(state(1)));
        records.add(otherCodec.write(state(2)));

        assertThatThrownBy(this::follow)
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("the state at offset 1 of fleet.token-state cannot be read");

        assertThat(tail.isLoaded()).isFalse();
        assertThat(tail.awaitCaughtUp(2, Duration.ZERO)).isFalse();
    }

    @Test
    void anOwnWriteIsNotTakenBackByOlderRecords() {
        tail.accept(1, state(2));
        records.add(codec.write(state(1)));

        follow();

        assertThat(tail.state()).isEqualTo(state(2));
    }

    /** Reads all records, then closes the tail. */
    private void follow() {
        try (MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest")) {
            consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
            consumer.updateEndOffsets(Map.of(PARTITION, (long) records.size()));
            consumer.schedulePollTask(() -> {
                for (int offset = 0; offset < records.size(); offset++) {
                    consumer.addRecord(new ConsumerRecord<>(
                            PARTITION.topic(), PARTITION.partition(), offset, "state", records.get(offset)));
                }
            });
            consumer.schedulePollTask(tail::close);
            tail.follow(consumer);
        }
    }
}
