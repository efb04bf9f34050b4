package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ResultCollector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What cannot be accepted is answered and kept with its reason, and the stream goes on. */
class BadInputIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    @Test
    void everyBadRecordEndsInTheFailedRequestsAndNothingElseIsLost() throws Exception {
        try (LocalStack stack =
                LocalStack.start(Installation.find(), StackOptions.standard().withSimulator("--devices", "10"))) {
            Kafka kafka = new Kafka(
                    stack.addresses().bootstrapServers(), stack.addresses().registry());
            String device =
                    new Simulation(stack.addresses().control()).fleet().get(0).id();
            try (ResultCollector answers = ResultCollector.open(kafka, TOPICS)) {
                publishRaw(kafka, device, "garbage".getBytes(StandardCharsets.UTF_8));
                publishRaw(kafka, device, null);
                publishRaw(kafka, device, new byte[] {0, 0, 1, 1, 1, 5, 5});
                publish(kafka, planned(command("no-device").setDeviceId("").build(), device));
                publish(
                        kafka,
                        planned(
                                command("long")
                                        .setDeviceId(device)
                                        .setArgument("a".repeat(2_000))
                                        .build(),
                                device));
                publish(
                        kafka,
                        planned(
                                command("slash")
                                        .setDeviceId(device)
                                        .setFunction("a/b")
                                        .build(),
                                device));
                publishReplyingTo(shortTopic(kafka), kafka, command("short-reply"), device);
                ExpectedRequest good =
                        planned(command("good").setDeviceId(device).build(), device);
                publish(kafka, good);

                assertThat(answers.await(List.of(good), Duration.ofSeconds(60), Duration.ofSeconds(2), done -> {}))
                        .isTrue();
                assertThat(answers.byRequest().values().stream().flatMap(List::stream))
                        .extracting(result -> result.key().requestId(), result -> result.status())
                        .containsExactlyInAnyOrder(
                                tuple("no-device", Status.INVALID),
                                tuple("long", Status.INVALID),
                                tuple("slash", Status.INVALID),
                                tuple("short-reply", Status.INVALID),
                                tuple("good", Status.SUCCEEDED));
            }
            List<FailedRequest> failed = failedRequests(kafka, 7);
            assertThat(failed)
                    .filteredOn(request -> request.getRequestId().equals("short-reply"))
                    .allSatisfy(request -> assertThat(request.getDetail()).contains("max.message.bytes"));
            assertThat(failed)
                    .extracting(FailedRequest::getRequestId, FailedRequest::getReason)
                    .containsExactlyInAnyOrder(
                            tuple("", Reason.UNREADABLE),
                            tuple("", Reason.NO_VALUE),
                            tuple("", Reason.UNKNOWN_SCHEMA),
                            tuple("no-device", Reason.MISSING_FIELD),
                            tuple("long", Reason.ARGUMENT_TOO_LONG),
                            tuple("slash", Reason.ILLEGAL_NAME),
                            tuple("short-reply", Reason.REPLY_TOPIC_REFUSED));
            assertThat(stack.processors().isAlive(1)).isTrue();
        }
    }

    private static DeviceCommand.Builder command(String id) {
        return DeviceCommand.newBuilder().setRequestId(id).setFunction("setLed").setCreatedAt(Instant.now());
    }

    private static ExpectedRequest planned(DeviceCommand command, String device) {
        return new ExpectedRequest(command, command.getRequestId(), device, true, false, "", Set.of());
    }

    private static void publish(Kafka kafka, ExpectedRequest request) {
        try (Publisher publisher = new Publisher(kafka, TOPICS)) {
            publisher.publish(List.of(request));
        }
    }

    /** A topic that could not take most results: one that was sent there would stop the stream. */
    private static String shortTopic(Kafka kafka) throws Exception {
        NewTopic topic = new NewTopic("replies.short", 1, (short) 1).configs(Map.of("max.message.bytes", "300"));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
        }
        return topic.name();
    }

    private static void publishReplyingTo(String topic, Kafka kafka, DeviceCommand.Builder command, String device)
            throws Exception {
        ProducerRecord<String, Object> record = new ProducerRecord<>(
                TOPICS.commands(), device, command.setDeviceId(device).build());
        record.headers().add("reply-to", topic.getBytes(StandardCharsets.UTF_8));
        try (KafkaProducer<String, Object> producer = kafka.producer()) {
            producer.send(record).get(30, TimeUnit.SECONDS);
        }
    }

    private static void publishRaw(Kafka kafka, String key, byte[] value) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(TOPICS.commands(), key.getBytes(StandardCharsets.UTF_8), value))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static List<FailedRequest> failedRequests(Kafka kafka, int wanted) {
        List<FailedRequest> failed = new ArrayList<>();
        try (KafkaConsumer<String, Object> consumer = WholeTopic.open(kafka, TOPICS.failedRequests())) {
            long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (failed.size() < wanted && System.nanoTime() < endNanos) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    FailedRequest request = (FailedRequest) record.value();
                    assertThat(request.getSourceTopic()).isEqualTo(TOPICS.commands());
                    assertThat(request.getDetail()).isNotBlank();
                    if (request.getAnswer() != null) {
                        assertThat(((CommandResult) request.getAnswer()).getStatus())
                                .isEqualTo(Status.INVALID);
                    }
                    failed.add(request);
                });
            }
        }
        return failed;
    }
}
