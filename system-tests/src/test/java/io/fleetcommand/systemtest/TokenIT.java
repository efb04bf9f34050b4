package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.TokenServiceClient;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.GuaranteeChecker;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ResultCollector;
import io.fleetcommand.stack.load.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two replicas of the token-service on real components: every source of tokens, rotations under load, fail-over. */
class TokenIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(60);

    @ParameterizedTest
    @CsvSource({"client-credentials, product", "api-user, product", "static, account"})
    void everySourceServesRequestsThroughARotationWithoutOneRefusal(String source, String addressing)
            throws InterruptedException {
        Map<String, String> tokens = new HashMap<>(rotatedEvery("20"));
        tokens.put("token.source", source);
        StackOptions options = StackOptions.standard()
                .withSimulator(
                        "--devices", "100", "--latency", "20ms+-10", "--limit", "100000", "--token-limit", "9999")
                .withTokenServices(1, tokens)
                .withProcessor(Map.of("quota.requests", "60000", "cloud.addressing", addressing));
        try (LocalStack stack = LocalStack.start(Installation.find(), options)) {
            Simulation simulation = new Simulation(stack.addresses().control());
            TokenServiceClient replica = new TokenServiceClient(
                    stack.tokenServices().url(1), stack.tokenServices().readerSecret());
            long first = replica.version().orElseThrow();

            serve(stack, simulation, 300, () -> {});
            if (!source.equals("static")) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> replica.version().orElse(0L) > first + 1);
            }
            serve(stack, simulation, 300, () -> {});

            assertThat(simulation.summary().path("by_status").path("401").asInt())
                    .isZero();
            assertThat(simulation.summary().path("tokens_live_most").asInt())
                    .isEqualTo(source.equals("static") ? 0 : 2);
        }
    }

    @Test
    void aKilledLeaderIsNotMissedByReadersAndTheOtherRotatesOn() throws InterruptedException {
        StackOptions options = StackOptions.standard()
                .withSimulator(
                        "--devices", "100", "--latency", "20ms+-10", "--limit", "100000", "--token-limit", "9999")
                .withTokenServices(2, rotatedEvery("20"))
                .withProcessor(Map.of("quota.requests", "60000"));
        try (LocalStack stack = LocalStack.start(Installation.find(), options)) {
            Simulation simulation = new Simulation(stack.addresses().control());
            int leading = leader(stack);
            TokenServiceClient survivor = new TokenServiceClient(
                    stack.tokenServices().url(3 - leading),
                    stack.tokenServices().readerSecret());

            serve(stack, simulation, 300, () -> stack.tokenServices().kill(leading));
            long before = survivor.version().orElseThrow();
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> survivor.version().orElse(0L) > before);
            stack.tokenServices().start(leading);
            stack.tokenServices().await(leading);
            serve(stack, simulation, 300, () -> {});

            assertThat(simulation.summary().path("by_status").path("401").asInt())
                    .isZero();
            assertThat(simulation.summary().path("failed_mints").asInt()).isZero();
            TokenServiceClient back = new TokenServiceClient(
                    stack.tokenServices().url(leading), stack.tokenServices().readerSecret());
            await().atMost(Duration.ofSeconds(5)).until(() -> back.version().equals(survivor.version()));
        }
    }

    private static void serve(LocalStack stack, Simulation simulation, int requests, Runnable meanwhile) {
        StackAddresses at = stack.addresses();
        Kafka kafka = new Kafka(at.bootstrapServers(), at.registry());
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS)) {
            Workload load = new Workload("t" + System.nanoTime(), 7, TIME_TO_LIVE, TIME_TO_LIVE);
            List<ExpectedRequest> plan = load.plan(requests, simulation.fleet(), Instant.now());
            publisher.publish(plan);
            answers.awaitSome(plan, requests / 4, TIME_TO_LIVE);
            meanwhile.run();
            answers.await(plan, TIME_TO_LIVE, Duration.ofMillis(500), done -> {});
            assertThat(GuaranteeChecker.of(plan, answers, simulation).broken()).isEmpty();
        }
    }

    private static int leader(LocalStack stack) {
        for (int number = 1; number <= 2; number++) {
            Optional<Boolean> leads = new TokenServiceClient(
                            stack.tokenServices().url(number),
                            stack.tokenServices().operatorSecret())
                    .status()
                    .map(status -> status.path("leads").asBoolean());
            if (leads.orElse(false)) {
                return number;
            }
        }
        throw new AssertionError("no replica leads");
    }

    private static Map<String, String> rotatedEvery(String lifeSeconds) {
        return Map.of("token.life.s", lifeSeconds, "token.renew.fraction", "0.2", "token.overlap.ms", "2000");
    }
}
