package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import io.fleetcommand.stack.load.ResultCollector;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Reply topics that are ill, each in its way, on a broker that checks rights: they harm nobody but who names them. Too
 * few replicas and the lack of a leader need more brokers than one; the relay's own tests have them.
 */
@TestMethodOrder(OrderAnnotation.class)
class ReplyTopicsIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String WELL = "replies.well";
    private static final int WELL_PARTITIONS = 3;
    /** A copy waits for so long for its turn, and as long again for its topic. */
    private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(3);

    /** As wide as can be: our own topics are refused all the same. */
    private static final String ANY_REPLY_TOPIC = """
            rules:
              - name: everything
                topics: ['.*']
                products: ['.*']
                functions: ['.*']
                variables: ['.*']
                priorities: [URGENT, NORMAL, BULK]
            replies:
              - topics: ['.*']
                reply_topics: ['.*']
            """;

    private static LocalStack stack;
    private static Admin admin;
    private static Kafka kafka;
    private static ResultCollector answers;
    private static KafkaProducer<String, Object> producer;
    private static List<String> devices;
    private static int count;

    @BeforeAll
    static void start() throws Exception {
        stack = LocalStack.start(
                Installation.find(),
                StackOptions.standard()
                        .withSecurity(true)
                        .withSimulator("--devices", "10", "--latency", "20ms")
                        .withProcessor(Map.of("reply.timeout.ms", Long.toString(REPLY_TIMEOUT.toMillis()))));
        stack.processors().setPolicy(ANY_REPLY_TOPIC);
        Map<String, Object> config = new HashMap<>(stack.clientSettings("admin"));
        config.put("bootstrap.servers", stack.addresses().bootstrapServers());
        admin = Admin.create(config);
        kafka = new Kafka(
                stack.addresses().bootstrapServers(), stack.addresses().registry(), stack.clientSettings("admin"));
        devices = new Simulation(stack.addresses().control())
                .fleet().stream().map(Simulation.Device::id).toList();
        answers = ResultCollector.open(kafka, TOPICS);
        producer = kafka.producer();
        create(WELL, WELL_PARTITIONS, Map.of("message.timestamp.type", "LogAppendTime"));
    }

    @AfterAll
    static void stop() {
        producer.close();
        answers.close();
        admin.close();
        stack.close();
    }

    @Test
    @Order(1)
    void springsHeadersBringTheCopyToTheirPartitionWithTheCorrelationId() {
        byte[] correlationId = {0, 1, -1};
        ExpectedRequest asked = ask(
                new RecordHeader("kafka_replyTopic", WELL.getBytes(StandardCharsets.UTF_8)),
                new RecordHeader("kafka_replyPartition", partition(2)),
                new RecordHeader("kafka_correlationId", correlationId));

        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(copies(WELL)).singleElement().satisfies(copy -> {
                    assertThat(copy.partition()).isEqualTo(2);
                    assertThat(((CommandResult) copy.value()).getRequestId()).isEqualTo(asked.requestId());
                    assertThat(copy.key()).isEqualTo(asked.deviceId());
                    assertThat(copy.headers()).hasSize(1);
                    assertThat(copy.headers().lastHeader("kafka_correlationId").value())
                            .isEqualTo(correlationId);
                }));
    }

    @Test
    @Order(2)
    void whatIsKnownToBeUnfitIsRefusedAndNothingIsCalled() throws Exception {
        create("replies.short", 1, Map.of("max.message.bytes", "300"));
        create("replies.hidden", 1, Map.of());
        deny("replies.hidden", AclOperation.DESCRIBE);

        Map<String, String> refused = new HashMap<>();
        for (String topic : List.of(
                TOPICS.attempts(),
                TOPICS.commands(),
                TOPICS.replies(),
                TOPICS.tokenState(),
                "fleet-processor-open-changelog",
                "__consumer_offsets",
                "_schemas",
                "no topic",
                "x".repeat(300),
                "replies.absent",
                "replies.short",
                "replies.hidden")) {
            refused.put(ask(topic).requestId(), topic);
        }
        for (byte[] partition : List.of(partition(WELL_PARTITIONS), partition(-1), new byte[] {1})) {
            ExpectedRequest asked = ask(
                    new RecordHeader("reply-to", WELL.getBytes(StandardCharsets.UTF_8)),
                    new RecordHeader("kafka_replyPartition", partition));
            refused.put(asked.requestId(), "partition of " + partition.length + " bytes");
        }
        ExpectedRequest well = ask(WELL);

        awaitResults(refused.keySet());
        assertThat(refused.keySet())
                .allSatisfy(id -> assertThat(result(id))
                        .as(refused.get(id))
                        .extracting(CommandResult::getStatus, CommandResult::getReason, CommandResult::getAttempts)
                        .containsExactly(Status.INVALID, Reason.REPLY_TOPIC_REFUSED, 0));
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(notes())
                        .extracting(FailedRequest::getRequestId)
                        .containsAll(refused.keySet()));
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(ids(copies(WELL))).contains(well.requestId()));
    }

    /** Copies for all of them at once, over and over, and a well caller's in between. */
    @Test
    @Order(3)
    void whatTurnsOutToBeIllIsGivenUpAndNotedWhileOthersGetTheirCopies() throws Exception {
        create("replies.denied", 1, Map.of());
        deny("replies.denied", AclOperation.WRITE);
        create("replies.deleted", 1, Map.of());
        create("replies.strict", 1, Map.of("message.timestamp.before.max.ms", "0"));
        ExpectedRequest first = ask("replies.deleted");
        awaitResults(Set.of(first.requestId()));
        assertThat(result(first.requestId()).getDetail()).isEmpty();
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(ids(copies("replies.deleted"))).containsExactly(first.requestId()));
        admin.deleteTopics(List.of("replies.deleted")).all().get(30, TimeUnit.SECONDS);

        Map<String, List<String>> ill = new HashMap<>();
        List<String> well = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (String topic : List.of("replies.denied", "replies.deleted", "replies.strict")) {
                ill.computeIfAbsent(topic, none -> new ArrayList<>())
                        .add(ask(topic).requestId());
            }
            well.add(ask(WELL).requestId());
        }

        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(ids(copies(WELL))).containsAll(well));
        assertThat(copies(WELL)).allSatisfy(copy -> {
            Instant appended = Instant.ofEpochMilli(copy.timestamp());
            assertThat(Duration.between(((CommandResult) copy.value()).getFinishedAt(), appended))
                    .as("others' time-outs are no concern of a well topic")
                    .isLessThan(Duration.ofMillis(1_500));
        });
        List<String> surely = Stream.of("replies.denied", "replies.deleted")
                .flatMap(topic -> ill.get(topic).stream())
                .toList();
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(notes())
                        .extracting(FailedRequest::getRequestId)
                        .containsAll(surely));
        // A record may reach the broker within its millisecond.
        await().atMost(TIMEOUT).untilAsserted(() -> {
            List<String> either = ids(copies("replies.strict"));
            notes().forEach(note -> either.add(note.getRequestId()));
            assertThat(either).containsAll(ill.get("replies.strict"));
        });

        assertThat(notes())
                .filteredOn(note -> surely.contains(note.getRequestId()))
                .allSatisfy(note -> {
                    // Ten seconds after it was deleted a topic is known to be absent, and not accepted any more.
                    assertThat(note.getReason()).isIn(Reason.REPLY_NOT_DELIVERED, Reason.REPLY_TOPIC_REFUSED);
                    assertThat(note.getAnswer()).isInstanceOf(CommandResult.class);
                });
        assertThat(details("replies.denied")).allMatch(detail -> detail.contains("may not write"));
        assertThat(details("replies.deleted")).isNotEmpty();
        assertThat(details("replies.strict")).allMatch(detail -> detail.contains("message.timestamp.before.max.ms"));
        awaitResults(Set.copyOf(surely));
        assertThat(ill.get("replies.denied"))
                .allSatisfy(id -> assertThat(result(id).getStatus()).isEqualTo(Status.SUCCEEDED));
        assertThat(stack.processors().isAlive(1)).isTrue();
        assertThat(metrics())
                .containsPattern("fleet_replies_given_up_total\\{cause=\"denied\"\\} [1-9]")
                .containsPattern("fleet_replies_sent_total [1-9]");
    }

    @Test
    @Order(4)
    void whatWasAnsweredIsNotReplayed() {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        int code = Main.commandLine()
                .setOut(writer)
                .setErr(writer)
                .execute(
                        "failed",
                        "replay",
                        "--config",
                        stack.clientFile("operator").toString(),
                        "--reason",
                        "REPLY_NOT_DELIVERED",
                        "--yes");

        assertThat(out.toString()).contains("left out: ", "were answered", "nothing to replay");
        assertThat(code).isZero();
    }

    @Test
    @Order(5)
    void afterARestartTheRelayGoesOnAndSendsNothingTwice() {
        int before = copies(WELL).size();
        int notesBefore = notes().size();
        stack.processors().terminate(1);
        stack.processors().start(1);
        stack.processors().await(1);
        ExpectedRequest asked = ask(WELL);

        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(ids(copies(WELL))).contains(asked.requestId()));
        assertThat(copies(WELL)).hasSize(before + 1);
        assertThat(notes()).hasSize(notesBefore);
    }

    private static void create(String topic, int partitions, Map<String, String> config) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(config)))
                .all()
                .get(30, TimeUnit.SECONDS);
        // The controller knows the topic before the broker does.
        await().atMost(TIMEOUT)
                .ignoreExceptions()
                .until(() -> !admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get(30, TimeUnit.SECONDS)
                        .isEmpty());
    }

    private static void deny(String topic, AclOperation operation) throws Exception {
        admin.createAcls(List.of(new AclBinding(
                        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                        new AccessControlEntry("User:processor", "*", operation, AclPermissionType.DENY))))
                .all()
                .get(30, TimeUnit.SECONDS);
    }

    private static ExpectedRequest ask(String replyTopic) {
        return ask(new RecordHeader("reply-to", replyTopic.getBytes(StandardCharsets.UTF_8)));
    }

    private static ExpectedRequest ask(RecordHeader... headers) {
        String id = "ask-" + ++count;
        String device = devices.get(count % devices.size());
        DeviceCommand command = DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setFunction("setLed")
                .setCreatedAt(Instant.now())
                .build();
        ProducerRecord<String, Object> record = new ProducerRecord<>(TOPICS.commands(), device, command);
        List.of(headers).forEach(record.headers()::add);
        producer.send(record);
        return new ExpectedRequest(command, id, device, true, false, "", Set.of());
    }

    private static void awaitResults(Set<String> ids) {
        Instant end = Instant.now().plus(TIMEOUT);
        while (ids.stream().anyMatch(id -> answers.of(id).isEmpty())
                && Instant.now().isBefore(end)) {
            answers.readFor(Duration.ofMillis(200));
        }
        assertThat(ids).allSatisfy(id -> assertThat(answers.of(id)).hasSize(1));
    }

    private static CommandResult result(String id) {
        return (CommandResult) answers.of(id).get(0).published();
    }

    private static List<FailedRequest> notes() {
        return read(TOPICS.failedRequests()).stream()
                .map(record -> (FailedRequest) record.value())
                .toList();
    }

    private static List<String> details(String replyTopic) {
        return notes().stream()
                .filter(note -> note.getReason() == Reason.REPLY_NOT_DELIVERED)
                .map(FailedRequest::getDetail)
                .filter(detail -> detail.contains(replyTopic))
                .toList();
    }

    private static List<ConsumerRecord<String, Object>> copies(String topic) {
        return read(topic);
    }

    private static List<String> ids(List<ConsumerRecord<String, Object>> copies) {
        List<String> ids = new ArrayList<>();
        copies.forEach(copy -> ids.add(((CommandResult) copy.value()).getRequestId()));
        return ids;
    }

    /** All that stands in a topic by now. */
    private static List<ConsumerRecord<String, Object>> read(String topic) {
        List<ConsumerRecord<String, Object>> all = new ArrayList<>();
        try (KafkaConsumer<String, Object> consumer = WholeTopic.open(kafka, topic)) {
            var ends = consumer.endOffsets(consumer.assignment());
            while (ends.keySet().stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }

    private static String metrics() throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(stack.processors().url(1) + "/metrics"))
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static byte[] partition(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }
}
