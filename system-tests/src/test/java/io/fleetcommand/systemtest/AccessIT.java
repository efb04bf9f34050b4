package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.fleetcommand.cli.ExitCodes;
import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.AuditKind;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two services with a topic each, under a policy that changes while the processor runs. */
@Tag("alone")
class AccessIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final String BILLING = "fleet.commands.billing";
    private static final Duration TIMEOUT = Duration.ofSeconds(120);
    private static final String COUNTING_FOR_BILLING = """
            rules:
              - name: billing counts
                topics: ['fleet\\.commands\\.billing']
                products: ["12345"]
                functions: [count]
                priorities: [NORMAL]
            """;

    private static final String A_FIFTH_FOR_BILLING = COUNTING_FOR_BILLING + """
                quota: 20
              - name: all others open
                topics: ['fleet\\.commands']
                products: ["12345"]
                functions: [open]
                priorities: [NORMAL]
            """;
    private static final String OPENING_FOR_ALL_OTHERS = A_FIFTH_FOR_BILLING.replace("    quota: 20\n", "");
    private static final Duration WINDOW = Duration.ofSeconds(10);

    @Test
    void eachServiceCommandsWhatThePolicyOfTheMomentAllowsIt() throws Exception {
        try (LocalStack stack = LocalStack.start(
                Installation.find(),
                StackOptions.standard()
                        .withSimulator("--devices", "1", "--latency", "20ms")
                        .withProcessor(Map.of("request.topics.commands", TOPICS.commands() + "," + BILLING)))) {
            Kafka kafka = new Kafka(
                    stack.addresses().bootstrapServers(), stack.addresses().registry());
            Simulation simulation = new Simulation(stack.addresses().control());
            String device = simulation.fleet().get(0).id();
            try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                    KafkaProducer<String, Object> producer = kafka.producer()) {
                Asker asker = new Asker(producer, answers, device);
                assertThat(asker.ask(TOPICS.commands(), "open", "before"))
                        .isEqualTo(tuple(Status.SUCCEEDED, Reason.NONE));

                stack.processors().setPolicy(COUNTING_FOR_BILLING);
                await().atMost(TIMEOUT)
                        .untilAsserted(() -> assertThat(asker.ask(TOPICS.commands(), "open", "after"))
                                .isEqualTo(tuple(Status.REJECTED, Reason.POLICY)));
                int runs = simulation.runs().get(device).size();

                assertThat(asker.ask(BILLING, "count", "")).isEqualTo(tuple(Status.SUCCEEDED, Reason.NONE));
                assertThat(asker.ask(BILLING, "open", "")).isEqualTo(tuple(Status.REJECTED, Reason.POLICY));
                assertThat(asker.ask(TOPICS.commands(), "count", "")).isEqualTo(tuple(Status.REJECTED, Reason.POLICY));
                assertThat(simulation.runs().get(device)).hasSize(runs + 1);

                stack.processors().setPolicy("rules: [");
                await().atMost(TIMEOUT)
                        .untilAsserted(() -> assertThat(ready(stack)).startsWith("ok, but the policy "));
                assertThat(asker.ask(BILLING, "count", "")).isEqualTo(tuple(Status.SUCCEEDED, Reason.NONE));
                assertThat(asker.ask(BILLING, "open", "")).isEqualTo(tuple(Status.REJECTED, Reason.POLICY));

                assertThat(violations(kafka)).containsExactlyInAnyOrderElementsOf(asker.denied);
            }
        }
    }

    /** At 20 calls a second a fifth is 4; what is above it waits, and what another rule allows goes ahead meanwhile. */
    @Test
    void aRuleTakesNoMoreThanItsShareOfTheQuotaAndDelaysNobodyElse() throws Exception {
        try (LocalStack stack = LocalStack.start(
                Installation.find(),
                StackOptions.standard()
                        .withSimulator("--devices", "20", "--latency", "20ms")
                        .withProcessor(Map.of(
                                "request.topics.commands", TOPICS.commands() + "," + BILLING,
                                "quota.requests", "214",
                                "quota.window.ms", String.valueOf(WINDOW.toMillis()),
                                "quota.burst", "12",
                                "quota.headroom", "2")))) {
            Kafka kafka = new Kafka(
                    stack.addresses().bootstrapServers(), stack.addresses().registry());
            Simulation simulation = new Simulation(stack.addresses().control());
            List<String> devices =
                    simulation.fleet().stream().map(Simulation.Device::id).toList();
            try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                    KafkaProducer<String, Object> producer = kafka.producer()) {
                Asker asker = new Asker(producer, answers, devices.get(0));
                stack.processors().setPolicy(A_FIFTH_FOR_BILLING);
                await().atMost(TIMEOUT)
                        .untilAsserted(() -> assertThat(asker.ask(TOPICS.commands(), "close", ""))
                                .isEqualTo(tuple(Status.REJECTED, Reason.POLICY)));

                List<ExpectedRequest> billing = new ArrayList<>();
                List<ExpectedRequest> others = new ArrayList<>();
                for (int number = 0; number < 80; number++) {
                    // Commands for one device would keep their order, and so wait behind one that waits for its share.
                    String ours = devices.get(number % 10);
                    String theirs = devices.get(10 + number % 10);
                    billing.add(publish(producer, BILLING, "count", "billing-" + number, ours));
                    others.add(publish(producer, TOPICS.commands(), "open", "other-" + number, theirs));
                }
                assertThat(answers.await(others, TIMEOUT, Duration.ZERO, done -> {}))
                        .isTrue();
                assertThat(answers.answered(billing))
                        .as("of 80 while others had 80 calls")
                        .isLessThan(40);
                assertThat(answers.await(billing, TIMEOUT, Duration.ZERO, done -> {}))
                        .isTrue();

                assertThat(billing)
                        .allSatisfy(each ->
                                assertThat(answers.of(each).get(0).status()).isEqualTo(Status.SUCCEEDED));
                List<Instant> claims = claims(kafka, billing);
                assertThat(claims).hasSize(billing.size());
                assertThat(mostInAnyWindow(claims)).as("a fifth of 212 in 10 s").isBetween(30, 42);
                assertThat(countsRun(simulation)).isEqualTo(80);
            }
        }
    }

    /** What operators do is judged by the rights of the topic that a request came from, wherever requests come from. */
    @Test
    void operatorsCommandsKnowAllRequestTopicsAndReplayOnTheRightsOfEach(@TempDir Path folder) throws Exception {
        try (LocalStack stack = LocalStack.start(
                Installation.find(),
                StackOptions.standard()
                        .withSimulator("--devices", "1", "--latency", "20ms")
                        .withProcessor(Map.of("request.topics.commands", TOPICS.commands() + "," + BILLING)))) {
            Kafka kafka = new Kafka(
                    stack.addresses().bootstrapServers(), stack.addresses().registry());
            Simulation simulation = new Simulation(stack.addresses().control());
            String device = simulation.fleet().get(0).id();
            Operators operators = new Operators(Files.writeString(
                    folder.resolve("client.properties"),
                    "bootstrap.servers=" + kafka.bootstrapServers() + "\nschema.registry.url=" + kafka.registry()
                            + "\nfleet.instances=" + stack.processors().url(1) + "\n"));
            try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                    KafkaProducer<String, Object> producer = kafka.producer()) {
                Asker asker = new Asker(producer, answers, device);
                stack.processors().setPolicy(OPENING_FOR_ALL_OTHERS);
                await().atMost(TIMEOUT)
                        .untilAsserted(() -> assertThat(asker.ask(BILLING, "open", "late"))
                                .isEqualTo(tuple(Status.REJECTED, Reason.POLICY)));
                String refused = asker.denied.get(0);
                long opened = runsOf(simulation, "open");

                assertThat(operators.run(0, "failed", "replay", "--all", "--yes"))
                        .contains("replayed only by its name", "nothing to replay");
                operators.run(
                        0, "failed", "replay", "--id", refused, "--reason", "POLICY", "--yes", "--priority", "NORMAL");
                assertThat(answerTo(answers, refused + "~r1", device)).isEqualTo(tuple(Status.REJECTED, Reason.POLICY));
                assertThat(runsOf(simulation, "open"))
                        .as("though it may be called through " + TOPICS.commands())
                        .isEqualTo(opened);
                assertThat(operators.run(0, "audit", refused))
                        .contains(" in " + BILLING + "-", refused + "~r1 published", "had no right to it");

                assertThat(operators.run(0, "send", device, "count", "--topic", BILLING))
                        .contains("SUCCEEDED");
                operators.run(ExitCodes.FAILED, "send", device, "count", "--topic", "fleet.audit");
                assertThat(operators.said())
                        .contains("commands are read from [fleet.commands, fleet.commands.billing]");

                producer.send(new ProducerRecord<>(BILLING, device, later(device)))
                        .get(30, TimeUnit.SECONDS);
                assertThat(operators.run(0, "cancel", "--device", device, "--dry-run"))
                        .contains("open-on-billing");
                operators.run(0, "cancel", "open-on-billing");
                assertThat(answerTo(answers, "open-on-billing", device))
                        .isEqualTo(tuple(Status.CANCELLED, Reason.CANCELLED));
            }
        }
    }

    private static DeviceCommand later(String device) {
        Instant now = Instant.now();
        return DeviceCommand.newBuilder()
                .setRequestId("open-on-billing")
                .setDeviceId(device)
                .setFunction("count")
                .setNotBefore(now.plusSeconds(600))
                .setDeadline(now.plusSeconds(1_200))
                .setCreatedAt(now)
                .build();
    }

    private static Tuple answerTo(ResultCollector answers, String id, String device) {
        ExpectedRequest planned = new ExpectedRequest(null, id, device, true, false, "", Set.of());
        assertThat(answers.await(List.of(planned), TIMEOUT, Duration.ZERO, done -> {}))
                .as(id)
                .isTrue();
        CommandResult result = (CommandResult) answers.of(planned).get(0).published();
        return tuple(result.getStatus(), result.getReason());
    }

    /** Types the operators' commands. */
    private static final class Operators {
        private final Path config;
        private final StringWriter err = new StringWriter();

        Operators(Path config) {
            this.config = config;
        }

        String run(int exitCode, String... arguments) {
            StringWriter out = new StringWriter();
            int code = Main.commandLine()
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true))
                    .execute(Stream.concat(Stream.of(arguments), Stream.of("--config", config.toString()))
                            .toArray(String[]::new));
            assertThat(code)
                    .as(() -> String.join(" ", arguments) + ": " + out + err)
                    .isEqualTo(exitCode);
            return out.toString();
        }

        String said() {
            return err.toString();
        }
    }

    private static ExpectedRequest publish(
            KafkaProducer<String, Object> producer, String topic, String function, String id, String device) {
        DeviceCommand command = DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setFunction(function)
                .setRequester(topic)
                .setCreatedAt(Instant.now())
                .build();
        producer.send(new ProducerRecord<>(topic, device, command));
        return new ExpectedRequest(command, id, device, true, false, "", Set.of());
    }

    /** When the calls of these requests were claimed, in order: a call counts from its claim on. */
    private static List<Instant> claims(Kafka kafka, List<ExpectedRequest> requests) {
        Set<String> ids = requests.stream().map(ExpectedRequest::requestId).collect(Collectors.toSet());
        return records(kafka, TOPICS.attempts()).stream()
                .map(AttemptEvent.class::cast)
                .filter(event -> ids.contains(event.getRequestId()))
                .map(AttemptEvent::getEvent)
                .filter(Claimed.class::isInstance)
                .map(claimed -> ((Claimed) claimed).getClaimedAt())
                .sorted()
                .toList();
    }

    private static int mostInAnyWindow(List<Instant> sorted) {
        int most = 0;
        for (int first = 0, last = 0; last < sorted.size(); last++) {
            while (!sorted.get(last).isBefore(sorted.get(first).plus(WINDOW))) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    private static long countsRun(Simulation simulation) {
        return runsOf(simulation, "count");
    }

    private static long runsOf(Simulation simulation, String function) {
        return simulation.runs().values().stream()
                .flatMap(List::stream)
                .filter(run -> run.name().equals(function))
                .count();
    }

    /** Sends commands one at a time and waits for what becomes of each. */
    private static final class Asker {
        private final List<String> denied = new ArrayList<>();
        private final KafkaProducer<String, Object> producer;
        private final ResultCollector answers;
        private final String device;
        private int count;

        Asker(KafkaProducer<String, Object> producer, ResultCollector answers, String device) {
            this.producer = producer;
            this.answers = answers;
            this.device = device;
        }

        Tuple ask(String topic, String function, String argument) throws Exception {
            String id = "ask-" + ++count;
            DeviceCommand command = DeviceCommand.newBuilder()
                    .setRequestId(id)
                    .setDeviceId(device)
                    .setFunction(function)
                    .setArgument(argument)
                    .setRequester("tests")
                    .setCreatedAt(Instant.now())
                    .build();
            producer.send(new ProducerRecord<>(topic, device, command)).get(30, TimeUnit.SECONDS);
            ExpectedRequest planned = new ExpectedRequest(command, id, device, true, false, "", Set.of());
            assertThat(answers.await(List.of(planned), TIMEOUT, Duration.ZERO, done -> {}))
                    .isTrue();
            CommandResult result = (CommandResult) answers.of(id).get(0).published();
            if (result.getReason() == Reason.POLICY) {
                denied.add(id);
            }
            return tuple(result.getStatus(), result.getReason());
        }
    }

    private static String ready(LocalStack stack) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(stack.processors().url(1) + "/ready"))
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static List<String> violations(Kafka kafka) {
        return records(kafka, TOPICS.audit()).stream()
                .map(AuditRecord.class::cast)
                .peek(written -> {
                    assertThat(written.getKind()).isEqualTo(AuditKind.POLICY_VIOLATION);
                    assertThat(written.getActor()).isEqualTo("tests");
                })
                .map(AuditRecord::getRequestId)
                .toList();
    }

    /** All that the topic holds now. */
    private static List<Object> records(Kafka kafka, String topic) {
        List<Object> records = new ArrayList<>();
        try (KafkaConsumer<String, Object> consumer = WholeTopic.open(kafka, topic)) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.keySet().stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(found -> records.add(found.value()));
            }
        }
        return records;
    }
}
