package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.GuaranteeChecker;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ReceivedResult;
import io.fleetcommand.stack.load.ResultCollector;
import io.fleetcommand.stack.load.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole system on real components, against what the simulator saw devices run. */
class EndToEndIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration TIMEOUT = Duration.ofSeconds(150);
    private static final Duration QUIET = Duration.ofSeconds(3);

    private static LocalStack stack;
    private static Kafka kafka;
    private static Simulation simulation;

    @BeforeAll
    static void start() {
        stack = LocalStack.start(
                Installation.find(),
                StackOptions.standard()
                        .withSimulator(
                                "--devices", "500", "--offline", "0.05", "--latency", "50ms+-20", "--limit", "60000")
                        .withProcessor(Map.of("quota.requests", "60000")));
        StackAddresses at = stack.addresses();
        kafka = new Kafka(at.bootstrapServers(), at.registry());
        simulation = new Simulation(at.control());
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void twoThousandMixedRequestsEachGetTheirOneRightAnswer() {
        Workload load = new Workload("e2e", 7, Duration.ofSeconds(120), Duration.ofSeconds(10));
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS)) {
            List<ExpectedRequest> plan = load.plan(2_000, simulation.fleet(), Instant.now());
            publisher.publish(plan);
            answers.await(plan, TIMEOUT, QUIET, done -> {});

            assertKept(GuaranteeChecker.of(plan, answers, simulation));
            assertThat(simulation.summary().path("throttled").asInt()).isZero();
        }
    }

    @Test
    void aKilledProcessorLosesNothingAndRepeatsNothing() {
        Workload load = new Workload("kill", 8, Duration.ofSeconds(140), Duration.ofSeconds(10));
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS)) {
            // The devices that are there: whoever is away would hide a request that is only late.
            List<Simulation.Device> online = simulation.fleet().stream()
                    .filter(Simulation.Device::online)
                    .toList();
            List<ExpectedRequest> plan = load.plan(2_000, online, Instant.now());
            publisher.publish(plan);
            answers.awaitSome(plan, 300, TIMEOUT);
            stack.processors().kill(1);
            long before = answers.answered(plan);
            stack.processors().start(1);
            stack.processors().await(1);
            answers.await(plan, TIMEOUT, QUIET, done -> {});

            assertThat(before).as("answers before the kill").isBetween(300L, 1_900L);
            GuaranteeChecker promises = GuaranteeChecker.of(plan, answers, simulation);
            assertThat(promises.unanswered()).as("unanswered").isZero();
            assertThat(promises.answeredTwice()).as("answered twice").isZero();
            assertThat(promises.atMostOnceRanTwice())
                    .as("AT_MOST_ONCE ran twice")
                    .isZero();
            assertThat(promises.contradictedByDevices()).as("contradicted").isZero();
        }
    }

    @Test
    void aGracefulRestartCallsNobodyTwiceAndLeavesNoOutcomeUnknown() {
        Workload load = new Workload("restart", 9, Duration.ofSeconds(140), Duration.ofSeconds(10));
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS)) {
            List<Simulation.Device> online = simulation.fleet().stream()
                    .filter(Simulation.Device::online)
                    .toList();
            List<ExpectedRequest> plan = load.plan(2_000, online, Instant.now());
            publisher.publish(plan);
            answers.awaitSome(plan, 300, TIMEOUT);
            stack.processors().terminate(1);
            stack.processors().start(1);
            stack.processors().await(1);
            answers.await(plan, TIMEOUT, QUIET, done -> {});

            GuaranteeChecker promises = GuaranteeChecker.of(plan, answers, simulation);
            assertKept(promises);
            assertThat(promises.ranTwice()).as("commands that ran twice").isZero();
        }
    }

    @Test
    void whatIsPublishedBeforeAnythingWasEverReadIsNotSkipped() {
        Topics topics = new Topics("fresh.");
        Map<String, String> settings = Map.of("topic.prefix", "fresh.", "application.id", "fresh");
        stack.processors().startProgram("fresh", "io.fleetcommand.processor.Main", settings);
        stack.process("fresh").kill();
        try (ResultCollector answers = ResultCollector.open(kafka, topics);
                Publisher publisher = new Publisher(kafka, topics)) {
            Workload load = new Workload("fresh", 10, Duration.ofSeconds(120), Duration.ofSeconds(10));
            List<ExpectedRequest> plan = load.plan(50, simulation.fleet(), Instant.now());
            publisher.publish(plan);
            stack.processors().startProgram("fresh", "io.fleetcommand.processor.Main", settings);
            answers.await(plan, TIMEOUT, QUIET, done -> {});

            assertKept(GuaranteeChecker.of(plan, answers, simulation));
        } finally {
            stack.process("fresh").kill();
        }
    }

    /** As a client with another partitioner publishes what a Java client has published, too. */
    @Test
    void whatAnotherPartitionerMisplacedNeverRunsAndMeetsNobody() throws Exception {
        String device = simulation.fleet().stream()
                .filter(Simulation.Device::online)
                .findFirst()
                .orElseThrow()
                .id();
        Instant now = Instant.now();
        DeviceCommand command = DeviceCommand.newBuilder()
                .setRequestId("misplaced")
                .setDeviceId(device)
                .setFunction("setLed")
                .setArgument("misplaced")
                .setGuarantee(Guarantee.AT_MOST_ONCE)
                .setNotBefore(now.plusSeconds(3))
                .setCreatedAt(now)
                .build();
        Cancellation cancellation = Cancellation.newBuilder()
                .setRequestId("misplaced")
                .setDeviceId(device)
                .setCreatedAt(now)
                .build();
        ExpectedRequest planned = new ExpectedRequest(command, "misplaced", device, true, true, "misplaced", Set.of());
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                KafkaProducer<String, Object> producer = kafka.producer()) {
            int right = producer.send(new ProducerRecord<>(TOPICS.commands(), device, command))
                    .get(30, TimeUnit.SECONDS)
                    .partition();
            int wrong = (right + 1) % producer.partitionsFor(TOPICS.commands()).size();
            producer.send(new ProducerRecord<>(TOPICS.commands(), wrong, device, command));
            producer.send(new ProducerRecord<>(TOPICS.cancellations(), wrong, device, cancellation));
            producer.flush();
            answers.await(List.of(planned), TIMEOUT, Duration.ofSeconds(6), done -> {});

            assertThat(answers.of(planned))
                    .extracting(ReceivedResult::status, ReceivedResult::reason)
                    .containsExactlyInAnyOrder(
                            tuple(Status.INVALID, "WRONG_PARTITION"), tuple(Status.SUCCEEDED, "NONE"));
            assertThat(simulation.runs().get(device))
                    .filteredOn(run -> run.argument().equals("misplaced"))
                    .hasSize(1);
        }
    }

    private static void assertKept(GuaranteeChecker promises) {
        assertThat(promises.broken()).isEmpty();
        assertThat(promises.allKept()).isTrue();
    }
}
