package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ReceivedResult;
import io.fleetcommand.stack.load.ResultCollector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No call is wasted: what the simulator has counted, held against what was asked. With at_least_once processing. */
@Tag("alone")
class EconomyIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final int OFFLINE = 50;

    private static LocalStack stack;
    private static Kafka kafka;
    private static Simulation simulation;
    private static List<String> devices;

    @BeforeAll
    static void start() {
        stack = LocalStack.start(
                Installation.find(),
                StackOptions.standard()
                        .withSimulator("--devices", "200", "--latency", "20ms+-0", "--limit", "60000")
                        .withProcessor(Map.of(
                                "quota.requests", "60000",
                                "device.backoff.ms", "5000",
                                "device.backoff.jitter", "0",
                                "cloud.breaker.open.ms", "1000",
                                "streams.processing.guarantee", "at_least_once")));
        StackAddresses at = stack.addresses();
        kafka = new Kafka(at.bootstrapServers(), at.registry());
        simulation = new Simulation(at.control());
        devices = simulation.fleet().stream().map(Simulation.Device::id).toList();
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void aHundredPollsOfAVariableWithinASecondCostOneCallAndOneSnapshot() {
        String device = devices.get(190);
        simulation.slowDown(device, "3s+-0");
        Instant now = Instant.now();
        List<ExpectedRequest> plan = IntStream.range(0, 100)
                .mapToObj(number ->
                        poll("shared-" + number, device, "temperature", now.plusSeconds(60), Status.SUCCEEDED))
                .toList();
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS);
                KafkaConsumer<String, Object> snapshots = snapshots()) {
            publisher.publish(plan);
            assertThat(answers.await(plan, TIMEOUT, QUIET, done -> {})).isTrue();

            assertThat(simulation.runs().get(device)).hasSize(1);
            assertThat(plan)
                    .allSatisfy(request -> assertThat(answers.of(request))
                            .singleElement()
                            .satisfies(result -> {
                                assertThat(result.status()).isEqualTo(Status.SUCCEEDED);
                                assertThat(((PollResult) result.published()).getAgeMs())
                                        .isBetween(0L, 60_000L);
                            }));
            assertThat(IntStream.range(0, 10)
                            .map(round -> snapshots.poll(Duration.ofMillis(100)).count())
                            .sum())
                    .isEqualTo(1);

            ExpectedRequest later = new ExpectedRequest(
                    VariablePoll.newBuilder((VariablePoll) plan.get(0).request())
                            .setRequestId("shared-later")
                            .setMaxAgeMs(600_000)
                            .build(),
                    "shared-later",
                    device,
                    false,
                    false,
                    "",
                    Set.of(Status.SUCCEEDED));
            publisher.publish(List.of(later));
            assertThat(answers.await(List.of(later), TIMEOUT, Duration.ZERO, done -> {}))
                    .isTrue();
            assertThat(simulation.runs().get(device)).hasSize(1);
        }
    }

    @Test
    void aThousandPollsToFiftyOfflineDevicesCostAtMostFiftyCallsForEachRest() {
        devices.subList(0, OFFLINE).forEach(device -> simulation.become(device, "offline"));
        long before = simulation.answers(408);
        Instant start = Instant.now();
        List<ExpectedRequest> plan = IntStream.range(0, 1_000)
                .mapToObj(number -> poll(
                        "offline-" + number,
                        devices.get(number % OFFLINE),
                        "temperature",
                        start.plusSeconds(13),
                        Status.EXPIRED))
                .toList();
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS)) {
            publisher.publish(plan);
            assertThat(answers.await(plan, TIMEOUT, QUIET, done -> {})).isTrue();

            // Rests of 5 s and then 10 s begin within the 13 s: two calls for each device, a third never.
            assertThat(simulation.answers(408) - before).isBetween((long) OFFLINE, 2L * OFFLINE);
            List<ReceivedResult> results = plan.stream()
                    .flatMap(request -> answers.of(request).stream())
                    .toList();
            assertThat(results)
                    .hasSize(1_000)
                    .allSatisfy(result -> assertThat(result.status()).isIn(Status.EXPIRED, Status.OUTCOME_UNKNOWN));
            assertThat(results)
                    .filteredOn(result -> result.status() == Status.EXPIRED)
                    .hasSizeGreaterThanOrEqualTo(1_000 - 2 * OFFLINE)
                    .allSatisfy(result -> assertThat(result.attempts()).isZero());
        }
    }

    @Test
    void aCloudThatIsAwayForAWhileCostsNoRequestAnythingButTime() {
        Instant start = Instant.now();
        List<ExpectedRequest> plan = IntStream.range(0, 140)
                .mapToObj(number -> command("away-" + number, devices.get(50 + number), start.plusSeconds(120)))
                .toList();
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS)) {
            simulation.fault("{\"kind\":\"connections_refused\"}");
            publisher.publish(plan);
            answers.readFor(Duration.ofSeconds(6));
            assertThat(answers.answered(plan)).isZero();
            simulation.clearFaults();
            assertThat(answers.await(plan, TIMEOUT, QUIET, done -> {})).isTrue();

            assertThat(plan)
                    .allSatisfy(request -> assertThat(answers.of(request))
                            .singleElement()
                            .satisfies(result -> {
                                assertThat(result.status()).isEqualTo(Status.SUCCEEDED);
                                assertThat(result.attempts()).isEqualTo(1);
                            }));
        }
    }

    private static ExpectedRequest poll(String id, String device, String variable, Instant deadline, Status expected) {
        VariablePoll poll = VariablePoll.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setVariable(variable)
                .setDeadline(deadline)
                .setRequester("economy")
                .setCreatedAt(Instant.now())
                .build();
        return new ExpectedRequest(poll, id, device, false, false, "", Set.of(expected));
    }

    private static ExpectedRequest command(String id, String device, Instant deadline) {
        DeviceCommand command = DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setFunction("setLed")
                .setArgument(id)
                .setMaxAttempts(1)
                .setDeadline(deadline)
                .setRequester("economy")
                .setCreatedAt(Instant.now())
                .build();
        return new ExpectedRequest(command, id, device, true, false, id, Set.of(Status.SUCCEEDED));
    }

    private static KafkaConsumer<String, Object> snapshots() {
        KafkaConsumer<String, Object> consumer = kafka.consumer();
        List<TopicPartition> partitions = consumer.partitionsFor(TOPICS.variableSnapshots()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return consumer;
    }
}
