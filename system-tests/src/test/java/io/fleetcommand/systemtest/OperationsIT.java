package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.cli.ExitCodes;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.operations.AuditedPublisher;
import io.fleetcommand.operations.FailedRequests;
import io.fleetcommand.operations.Failure;
import io.fleetcommand.operations.Filter;
import io.fleetcommand.operations.Operator;
import io.fleetcommand.operations.ProgressListener;
import io.fleetcommand.operations.ReplayPlan;
import io.fleetcommand.operations.ReplayTerms;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.junit.FleetStack;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ResultCollector;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operators' commands, as they are typed, against a running system; the simulator says what really ran. */
@FleetStack(
        devices = 10,
        simulator = {"--latency", "20ms", "--device-timeout", "3s"},
        shared = false)
class OperationsIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    /** Time for a second result, or a second run, to show. */
    private static final Duration QUIET = Duration.ofSeconds(2);

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Kafka kafka;
    private static Simulation simulation;
    private static List<String> devices;
    private static Path config;

    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start(Kafka cluster, Simulation itsCloud) throws Exception {
        kafka = cluster;
        simulation = itsCloud;
        devices = simulation.fleet().stream().map(Simulation.Device::id).toList();
        config = Files.writeString(
                folder.resolve("client.properties"),
                "bootstrap.servers=" + kafka.bootstrapServers() + "\nschema.registry.url=" + kafka.registry() + "\n");
    }

    @Test
    void aReplayRunsOnceHoweverOftenItIsRunAndIsToldInTheStory() throws Exception {
        String device = devices.get(0);
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS)) {
            simulation.become(device, "offline");
            ExpectedRequest command = command("replay-1", device, Guarantee.AT_LEAST_ONCE, 3);
            publishAndAwait(answers, command);
            assertThat(answers.of("replay-1").get(0).status()).isIn(Status.OUTCOME_UNKNOWN, Status.EXPIRED);
            simulation.become(device, "online");

            List<JsonNode> listed = json(0, "failed", "list", "--device", device, "--function", "setLed");
            assertThat(listed)
                    .extracting(line -> line.path("request_id").asText())
                    .containsExactly("replay-1");
            assertThat(text(0, "failed", "show", "replay-1")).contains("replay-1", "setLed", "requester", "doors");

            assertThat(text(0, "failed", "replay", "--device", device, "--dry-run"))
                    .contains("replay-1~r1");
            answers.readFor(QUIET);
            assertThat(answers.of("replay-1~r1")).as("after the dry run").isEmpty();

            text(ExitCodes.MISUSED, "failed", "replay", "--device", device);
            assertThat(err.toString()).contains("not confirmed");

            text(0, "failed", "replay", "--device", device, "--yes", "--actor", "ann", "--rate", "1000");
            ExpectedRequest replay = planned(
                    command("replay-1~r1", device, Guarantee.AT_LEAST_ONCE, 0).request());
            assertThat(answers.await(List.of(replay), TIMEOUT, Duration.ZERO, done -> {}))
                    .isTrue();
            assertThat(answers.of("replay-1~r1"))
                    .singleElement()
                    .satisfies(result -> assertThat(result.status()).isEqualTo(Status.SUCCEEDED));
            assertThat(runs(device, "replay-1")).isEqualTo(1);

            assertThat(text(0, "failed", "replay", "--device", device, "--yes")).contains("were replayed before");
            publishWithoutLookingAtTheAuditTopic(device);
            answers.readFor(QUIET);
            assertThat(runs(device, "replay-1")).as("after three replays").isEqualTo(1);

            for (String[] where : new String[][] {{}, {"--device", device}}) {
                List<JsonNode> story = json(0, with(where, "audit", "replay-1"));
                assertThat(story)
                        .extracting(line -> line.path("what").asText())
                        .contains(
                                "published", "read", "claimed", "outcome", "answered", "failed", "replayed", "replay");
                assertThat(story).anySatisfy(line -> {
                    assertThat(line.path("what").asText()).isEqualTo("claimed");
                    assertThat(line.path("who").asText()).isEqualTo("processor-1");
                });
                assertThat(story).anySatisfy(line -> {
                    assertThat(line.path("what").asText()).isEqualTo("replayed");
                    assertThat(line.path("who").asText()).isEqualTo("ann");
                    assertThat(line.path("text").asText()).startsWith("as replay-1~r1 (fleet failed replay");
                });
                assertThat(story)
                        .anySatisfy(line ->
                                assertThat(line.path("text").asText()).isEqualTo("replay-1~r1 ended: SUCCEEDED"));
            }
            text(ExitCodes.FAILED, "audit", "never-published");
            text(ExitCodes.FAILED, "failed", "show", "never-published");
        }
    }

    @Test
    void aSecondReplayIsAnotherNumberAndWhatMayHaveRunNeedsItsWord() throws Exception {
        String device = devices.get(1);
        String id = "long-" + "x".repeat(195);
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS)) {
            simulation.become(device, "offline");
            publishAndAwait(answers, command(id, device, Guarantee.AT_MOST_ONCE, 20));
            assertThat(answers.of(id).get(0).status()).isEqualTo(Status.OUTCOME_UNKNOWN);

            assertThat(text(0, "failed", "replay", "--id", id, "--yes"))
                    .contains("--include-may-have-run", "nothing to replay");
            String first = replay(answers, id, "--id", id, "--include-may-have-run");
            assertThat(first).hasSize(200).endsWith("~r1");
            assertThat(answers.of(first).get(0).status()).isEqualTo(Status.OUTCOME_UNKNOWN);

            simulation.become(device, "online");
            String second = replay(answers, first, "--id", first, "--include-may-have-run", "--number", "2");
            assertThat(second).hasSize(200).endsWith("~r2");
            assertThat(answers.of(second).get(0).status()).isEqualTo(Status.SUCCEEDED);
            assertThat(runs(device, id)).isEqualTo(1);
        }
    }

    @Test
    void openRequestsAreCancelledByIdAndByDevice() throws Exception {
        String device = devices.get(2);
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS)) {
            List<ExpectedRequest> waiting = Stream.of("open-1", "open-2", "open-3", "open-4")
                    .map(id -> later(id, device))
                    .toList();
            publish(waiting);
            publishAndAwait(answers, poll("read-1", device));

            text(0, "cancel", "open-1", "open-2", "--actor", "ann");
            assertThat(answers.await(waiting.subList(0, 2), TIMEOUT, Duration.ZERO, done -> {}))
                    .isTrue();
            assertThat(json(0, "cancel", "--device", device, "--dry-run"))
                    .extracting(line -> line.path("request_id").asText())
                    .containsExactly("open-3", "open-4");
            text(0, "cancel", "--device", device, "--yes");
            assertThat(answers.await(waiting, TIMEOUT, QUIET, done -> {})).isTrue();

            assertThat(waiting)
                    .allSatisfy(request -> assertThat(answers.of(request))
                            .singleElement()
                            .satisfies(result -> assertThat(result.status()).isEqualTo(Status.CANCELLED)));
            assertThat(simulation.runs().getOrDefault(device, List.of())).noneMatch(Simulation.Run::function);
            assertThat(text(0, "cancel", "--device", device)).contains("has no open request");
            assertThat(text(0, "audit", "open-1"))
                    .contains("asked not to run it", "asked to cancel it", "ann", "CANCELLED");
            text(ExitCodes.FAILED, "cancel", "never-published");
        }
    }

    @Test
    void anIdThatIsUsedAtSeveralDevicesIsAskedAboutAndNeverGuessed() throws Exception {
        String one = devices.get(6);
        String other = devices.get(7);
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS)) {
            List<ExpectedRequest> night = List.of(later("night", one), later("night", other));
            publish(night);
            publishAndAwait(answers, poll("read-2", one));
            publishAndAwait(answers, poll("read-2", other));

            text(ExitCodes.FAILED, "cancel", "night");
            assertThat(err.toString()).contains("used at 2 devices", one, other, "--device", "Nothing was cancelled");
            text(0, "cancel", "night", "--device", other.toUpperCase(Locale.ROOT));
            assertThat(answers.await(night.subList(1, 2), TIMEOUT, QUIET, done -> {}))
                    .isTrue();
            assertThat(answers.of(night.get(0))).isEmpty();

            assertThat(text(ExitCodes.MISUSED, "audit", "night")).isEmpty();
            assertThat(err.toString()).contains("say which by --device");
            assertThat(text(0, "audit", "night", "--device", other)).contains("CANCELLED", other);
            assertThat(text(0, "audit", "night", "--device", one))
                    .contains("published", one)
                    .doesNotContain("CANCELLED", other);
            text(0, "cancel", "--device", one, "--yes");
        }
    }

    @Test
    void watchShowsTheResultsThatAreMeantAsTheyCome() throws Exception {
        String device = devices.get(3);
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS)) {
            CompletableFuture<List<JsonNode>> watched = CompletableFuture.supplyAsync(() ->
                    json(0, "watch", "--device", device, "--variable", "temperature", "--count", "1", "--for", "60"));
            // Whatever was read before the watch began is not seen: so read until it is.
            for (int number = 1; !watched.isDone() && number <= 60; number++) {
                publishAndAwait(answers, command("seen-not-" + number, device, Guarantee.AT_LEAST_ONCE, 30));
                publishAndAwait(answers, poll("seen-" + number, device));
            }

            assertThat(watched.get(60, TimeUnit.SECONDS)).singleElement().satisfies(line -> {
                assertThat(line.path("request_id").asText()).matches("seen-\\d+");
                assertThat(line.path("status").asText()).isEqualTo("SUCCEEDED");
                assertThat(line.path("value").isNumber()).isTrue();
            });
        }
        text(ExitCodes.NO_RESULT, "watch", "--requester", "nobody", "--count", "1", "--for", "1");
    }

    @Test
    void sendAndPollPrintForPeopleAndForPrograms() {
        String device = devices.get(4);

        assertThat(text(0, "send", device, "setLed", "on")).contains("status                SUCCEEDED");
        assertThat(json(0, "poll", device, "temperature"))
                .singleElement()
                .satisfies(line -> assertThat(line.path("status").asText()).isEqualTo("SUCCEEDED"));
        assertThat(json(ExitCodes.FAILED, "send", device, "selfDestruct"))
                .singleElement()
                .satisfies(line -> assertThat(line.path("reason").asText()).isEqualTo("FUNCTION_NOT_FOUND"));
    }

    @Test
    void commandsWhoseFirmwareSaidNoAreFoundThoughTheySucceeded() throws Exception {
        String device = devices.get(8);
        assertThat(text(0, "send", device, "open", "jammed")).contains("SUCCEEDED");
        assertThat(text(0, "send", device, "open", "front")).contains("SUCCEEDED");

        assertThat(json(0, "results", "--negative", "--device", device, "--since", "1h"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.path("return_value").asInt()).isEqualTo(-1);
                    assertThat(line.path("status").asText()).isEqualTo("SUCCEEDED");
                });
        assertThat(json(0, "results", "--device", device)).hasSize(2);
        assertThat(text(0, "results", "--device", device, "--limit", "1")).contains("the latest 1 of 2");
        assertThat(text(0, "failed", "list", "--device", device)).contains("0 failed requests");
    }

    @Test
    void recordsThatAreNoneAreCountedAndEndNoCommand() throws Exception {
        String device = devices.get(5);
        String hostile = "hostile\u001b[2J\u009b31m\u202e\nforged";
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS)) {
            publishAndAwait(answers, poll("garbage-1", device));
            simulation.become(device, "offline");
            publishAndAwait(answers, command("garbage-2", device, Guarantee.AT_LEAST_ONCE, 2));
        }
        // Results and journal are the processor's own: only what it does not read is written to here.
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String topic :
                    List.of(TOPICS.failedRequests(), TOPICS.audit(), TOPICS.commandResults(), TOPICS.pollResults())) {
                for (byte[] garbage : new byte[][] {
                    null, {}, {0}, "garbage garbage-2".getBytes(StandardCharsets.UTF_8), {0, 0x7f, 1, 1, 1, 5}
                }) {
                    producer.send(new ProducerRecord<>(topic, device.getBytes(StandardCharsets.UTF_8), garbage))
                            .get(30, TimeUnit.SECONDS);
                }
            }
        }
        try (KafkaProducer<String, Object> producer = kafka.producer()) {
            producer.send(new ProducerRecord<>(TOPICS.failedRequests(), device, hostileFailure(hostile, device)))
                    .get(30, TimeUnit.SECONDS);
        }

        assertThat(text(0, "failed", "list", "--device", device))
                .contains("garbage-2", "hostile\\u001B[2J\\u009B31m\\u202E\\nforged")
                .doesNotContain("\u001b", "\u009b", "\u202e", "\nforged");
        assertThat(err.toString()).contains("records could not be read and were passed over");
        assertThat(text(0, "failed", "show", hostile)).doesNotContain("\u001b", "\u009b", "\u202e", "\nforged");
        assertThat(text(0, "audit", "garbage-2", "--device", device)).contains("published", "failed");
        assertThat(text(0, "audit", "garbage-2")).contains("published", "failed");
        assertThat(text(0, "failed", "replay", "--device", device, "--dry-run")).contains("garbage-2~r1");
        assertThat(text(0, "cancel", "--device", device, "--dry-run")).contains("has no open request");
    }

    private static FailedRequest hostileFailure(String text, String device) {
        return FailedRequest.newBuilder()
                .setRequestId(text)
                .setDeviceId(device)
                .setStatus(Status.INVALID)
                .setReason(Reason.ILLEGAL_NAME)
                .setDetail(text)
                .setSourceTopic(text)
                .setSourcePartition(0)
                .setFailedAt(Instant.now())
                .build();
    }

    /** As a second operator at the same moment would, or one whose audit record was lost. */
    private static void publishWithoutLookingAtTheAuditTopic(String device) {
        ReplayPlan plan = new ReplayPlan(
                new ReplayTerms(1, Priority.NORMAL, Optional.empty(), Duration.ofMinutes(1), false, Set.of(), 10),
                RequestTopics.of(TOPICS),
                Set.of(),
                Instant.now());
        List<Failure> failures = new ArrayList<>();
        new FailedRequests(kafka, TOPICS)
                .find(Filter.of("replay-1", Optional.empty()), ProgressListener.SILENT, failures::add);
        failures.forEach(plan::consider);
        assertThat(plan.replays()).hasSize(1);
        Operator operator = new Operator("bob", TOPICS);
        try (AuditedPublisher outbox = new AuditedPublisher(kafka)) {
            outbox.publish(
                    plan.replays().stream()
                            .map(replay -> operator.replay(replay, "the same once more", Instant.now()))
                            .toList(),
                    100,
                    ProgressListener.SILENT);
        }
    }

    /** Replays one request and waits for its result; gives the id of the replay. */
    private String replay(ResultCollector answers, String of, String... filter) throws Exception {
        List<JsonNode> replayed =
                json(0, with(filter, "failed", "replay", "--yes", "--deadline", "20", "--priority", "NORMAL"));
        assertThat(replayed)
                .extracting(line -> line.path("request_id").asText())
                .containsExactly(of);
        String id = replayed.get(0).path("new_request_id").asText();
        ExpectedRequest replay =
                planned(command(id, devices.get(1), Guarantee.AT_MOST_ONCE, 0).request());
        assertThat(answers.await(List.of(replay), TIMEOUT, Duration.ZERO, done -> {}))
                .isTrue();
        return id;
    }

    private static long runs(String device, String argument) {
        return simulation.runs().getOrDefault(device, List.of()).stream()
                .filter(run -> run.argument().equals(argument))
                .count();
    }

    private static ExpectedRequest command(String id, String device, Guarantee guarantee, int seconds) {
        return planned(DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setFunction("setLed")
                .setArgument(id)
                .setGuarantee(guarantee)
                .setDeadline(Instant.now().plusSeconds(seconds))
                .setRequester("doors")
                .setCreatedAt(Instant.now())
                .build());
    }

    private static ExpectedRequest later(String id, String device) {
        Instant now = Instant.now();
        return planned(DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setFunction("setLed")
                .setNotBefore(now.plusSeconds(600))
                .setDeadline(now.plusSeconds(1_200))
                .setCreatedAt(now)
                .build());
    }

    private static ExpectedRequest poll(String id, String device) {
        return planned(VariablePoll.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setVariable("temperature")
                .setPriority(Priority.NORMAL)
                .setDeadline(Instant.now().plusSeconds(30))
                .setCreatedAt(Instant.now())
                .build());
    }

    private static ExpectedRequest planned(SpecificRecord request) {
        return request instanceof DeviceCommand command
                ? new ExpectedRequest(command, command.getRequestId(), command.getDeviceId(), true, false, "", Set.of())
                : poll((VariablePoll) request);
    }

    private static ExpectedRequest poll(VariablePoll poll) {
        return new ExpectedRequest(poll, poll.getRequestId(), poll.getDeviceId(), false, false, "", Set.of());
    }

    private static void publishAndAwait(ResultCollector answers, ExpectedRequest request) {
        publish(List.of(request));
        assertThat(answers.await(List.of(request), TIMEOUT, Duration.ZERO, done -> {}))
                .as("the result of " + request.requestId())
                .isTrue();
    }

    private static void publish(List<ExpectedRequest> requests) {
        try (Publisher publisher = new Publisher(kafka, TOPICS)) {
            publisher.publish(requests);
        }
    }

    private String text(int exitCode, String... arguments) {
        StringWriter out = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(with(new String[] {"--config", config.toString()}, arguments));
        assertThat(code)
                .as(() -> String.join(" ", arguments) + ": " + out + err)
                .isEqualTo(exitCode);
        return out.toString();
    }

    private List<JsonNode> json(int exitCode, String... arguments) {
        return text(exitCode, with(new String[] {"--output", "json"}, arguments))
                .lines()
                .map(OperationsIT::parsed)
                .toList();
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException broken) {
            throw new AssertionError("this is not JSON: " + line, broken);
        }
    }

    private static String[] with(String[] more, String... command) {
        return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
    }
}
