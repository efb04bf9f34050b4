package io.fleetcommand.processor.journal;

import static io.fleetcommand.processor.core.request.Requests.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.JournalEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class JournalWriterTest {
    private static final JournalEvent CLAIM = new JournalEvent.Claimed(key("r1"), 2, "epoch", 5);

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final List<RuntimeException> broken = new ArrayList<>();

    @Test
    void appendsToThePartitionOfTheRequestsDevice() {
        JournalWriter journal = journal();
        journal.append(3, CLAIM);

        assertThat(producer.history()).singleElement().satisfies((ProducerRecord<byte[], byte[]> record) -> {
            assertThat(record.topic()).isEqualTo("fleet.attempts");
            assertThat(record.partition()).isEqualTo(3);
            assertThat(record.key()).isEqualTo("r1".getBytes(StandardCharsets.UTF_8));
            assertThat(record.value()).isEqualTo(new byte[] {2});
        });
        producer.completeNext();
        assertThat(broken).isEmpty();
        journal.close();
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void tellsOfAnAppendThatFailedForGood() {
        journal().append(3, CLAIM);
        producer.errorNext(new IllegalStateException("not authorised"));

        assertThat(broken)
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasMessageContainingAll("fleet.attempts", "attempt 2", "r1", "not authorised"));
    }

    @Test
    void tellsOfAnAppendThatCouldNotEvenBeTried() {
        JournalWriter journal = journal();
        producer.close();
        journal.append(3, CLAIM);

        assertThat(broken).hasSize(1);
    }

    private JournalWriter journal() {
        return new JournalWriter(
                producer,
                "fleet.attempts",
                event -> new byte[] {(byte) event.attempt()},
                broken::add,
                Duration.ofSeconds(1));
    }
}
