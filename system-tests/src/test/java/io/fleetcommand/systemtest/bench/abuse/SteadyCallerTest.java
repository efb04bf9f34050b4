package io.fleetcommand.systemtest.bench.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class SteadyCallerTest {
    private static final Serializer<Object> NONE = (topic, value) -> new byte[0];

    private final MockProducer<String, Object> producer = new MockProducer<>(true, null, new StringSerializer(), NONE);
    private final SteadyCaller caller = new SteadyCaller("innocent", "requests", List.of("d1", "d2"), 100, producer);

    @Test
    void urgentCommandsGoToItsDevicesInTurnAtItsRate() {
        caller.begin("first");
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            caller.sendDue();
            return producer.history().size() >= 4;
        });

        assertThat(producer.history().subList(0, 4))
                .extracting(ProducerRecord::key)
                .containsExactly("d1", "d2", "d1", "d2");
        assertThat(producer.history())
                .allSatisfy(record -> assertThat(((DeviceCommand) record.value()).getPriority())
                        .isEqualTo(Priority.URGENT));
    }

    @Test
    void nothingIsSentWhileItPauses() {
        caller.begin("first");
        caller.sendDue();
        caller.pause();
        int sent = producer.history().size();
        caller.sendDue();

        assertThat(producer.history()).hasSize(sent).isNotEmpty();
    }

    @Test
    void aSecondAnswerIsCountedAndTheFirstOneGivesTheWait() {
        String id = sendOne("first");
        long nowNanos = System.nanoTime();
        caller.arrived(result(id, Status.SUCCEEDED), nowNanos);
        caller.arrived(result(id, Status.CONFLICT), nowNanos + TimeUnit.HOURS.toNanos(1));

        assertThat(caller.answeredTwice("first")).isEqualTo(1);
        assertThat(caller.waits("first").statuses()).isEqualTo(Map.of(Status.SUCCEEDED, 1L));
        assertThat(caller.waits("first").percentile(0.99).orElseThrow()).isLessThan(60_000);
        assertThat(caller.firstAnswerNanos("first")).hasValue(nowNanos);
    }

    @Test
    void whatWasNotAnsweredIsKnownByItsRun() {
        String id = sendOne("first");
        sendOne("second");
        caller.arrived(result(id, Status.SUCCEEDED), System.nanoTime());
        caller.arrived(result("of somebody else", Status.SUCCEEDED), System.nanoTime());

        assertThat(caller.unanswered("first")).isZero();
        assertThat(caller.unanswered("second")).isEqualTo(1);
        assertThat(caller.waits("second").percentile(0.99)).isEmpty();
        assertThat(caller.firstAnswerNanos("second")).isEmpty();
    }

    private String sendOne(String run) {
        int before = producer.history().size();
        caller.begin(run);
        caller.sendDue();
        caller.pause();
        List<ProducerRecord<String, Object>> sent = producer.history();
        assertThat(sent).hasSize(before + 1);
        return ((DeviceCommand) sent.get(before).value()).getRequestId();
    }

    private static CommandResult result(String id, Status status) {
        return CommandResult.newBuilder()
                .setRequestId(id)
                .setDeviceId("d1")
                .setProduct("p")
                .setFunction("setLed")
                .setStatus(status)
                .setReceivedAt(Instant.EPOCH)
                .setFinishedAt(Instant.EPOCH)
                .build();
    }
}
