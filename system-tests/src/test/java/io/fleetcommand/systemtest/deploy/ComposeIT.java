package io.fleetcommand.systemtest.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.utils.Utils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Everything on one machine with two processors, as {@code deploy/compose.yaml} has it. */
@EnabledIf(
        value = "io.fleetcommand.systemtest.deploy.ComposedStack#canBeStarted",
        disabledReason = ComposedStack.NOT_HERE)
class ComposeIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int PARTITIONS = 12;
    private static final Set<Integer> ALL =
            IntStream.range(0, PARTITIONS).boxed().collect(Collectors.toSet());
    private static final List<String> SERVICES =
            List.of("kafka", "registry", "simulator", "token-service", "processor-1", "processor-2");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ComposedStack stack;

    @BeforeAll
    static void start() throws Exception {
        BuiltImages.build();
        stack = ComposedStack.start();
    }

    @AfterAll
    static void nothingIsLeft() throws Exception {
        if (stack != null) {
            stack.down();
        }
    }

    @Test
    void everythingRunsAsNobodyInParticularAndCanWriteOnlyToItsVolumes() throws Exception {
        assertThat(stack.containers()).hasSizeGreaterThan(SERVICES.size()).allSatisfy(container -> {
            assertThat(container.getConfig().getUser()).isEqualTo("10001:10001");
            assertThat(container.getHostConfig().getReadonlyRootfs()).isTrue();
            assertThat(container.getHostConfig().getCapDrop()).hasSize(1);
        });
        assertThat(stack.within("processor-1", "id", "-u").printed().strip()).isEqualTo("10001");
        assertThat(stack.within("processor-1", "touch", "/opt/fleet/mine").printed())
                .contains("Read-only file system");
    }

    @Test
    void everyServiceIsHealthyAndWhatIsDoneOnceEndedWell() {
        assertThat(SERVICES)
                .allSatisfy(service -> assertThat(
                                stack.container(service).getState().getHealth().getStatus())
                        .as(service)
                        .isEqualTo("healthy"));
        assertThat(List.of("secrets", "topics", "schemas"))
                .allSatisfy(
                        errand -> assertThat(stack.container(errand).getState().getExitCodeLong())
                                .as(errand)
                                .isZero());
    }

    @Test
    void noSecretIsInTheSettingsOfAContainerAndNobodyElseMayReadOne() throws Exception {
        String secret = stack.within("processor-1", "cat", "/run/secrets/fleet/caller-secret")
                .printed()
                .strip();

        assertThat(secret).hasSizeGreaterThan(16);
        assertThat(stack.containers())
                .extracting(InspectContainerResponse::getConfig)
                .allSatisfy(config -> assertThat(Arrays.toString(config.getEnv()) + Arrays.toString(config.getCmd()))
                        .doesNotContain(secret));
        assertThat(stack.within("processor-1", "stat", "-c", "%a %u", "/run/secrets/fleet/caller-secret")
                        .printed()
                        .strip())
                .isEqualTo("600 10001");
    }

    @Test
    void aCommandAndAPollOfTheCommandLinesImageHaveTheirResults() throws Exception {
        String device = onlineDevices().get(0);

        Program.Ending command = stack.cli("send", device, "setLed", "on");
        Program.Ending poll = stack.cli("poll", device, "temperature");

        assertThat(command.printed()).contains("SUCCEEDED");
        assertThat(command.exitCode()).isZero();
        assertThat(poll.printed()).contains("SUCCEEDED");
        assertThat(poll.exitCode()).isZero();
    }

    @Test
    void twoProcessorsShareThePartitionsAndWhenOneIsKilledTheOtherGoesOnWithAll() throws Exception {
        Awaitility.await().atMost(TIMEOUT).ignoreExceptions().untilAsserted(() -> {
            assertThat(partitions("processor-1"))
                    .isNotEmpty()
                    .doesNotContainAnyElementsOf(partitions("processor-2"))
                    .hasSizeLessThan(PARTITIONS);
            assertThat(partitions("processor-1").size()
                            + partitions("processor-2").size())
                    .isEqualTo(PARTITIONS);
        });
        Set<Integer> orphaned = partitions("processor-1");
        String device = onlineDevices().stream()
                .filter(id -> orphaned.contains(partition(id)))
                .findFirst()
                .orElseThrow();

        stack.kill("processor-1");
        Program.Ending command = stack.cli("send", device, "setLed", "off");

        assertThat(command.printed()).contains("SUCCEEDED");
        assertThat(partitions("processor-2")).isEqualTo(ALL);

        stack.startAgain("processor-1");
    }

    /** The partition that Kafka's own partitioner gives to a device. */
    private static int partition(String device) {
        return Utils.toPositive(Utils.murmur2(device.getBytes(StandardCharsets.UTF_8))) % PARTITIONS;
    }

    private static Set<Integer> partitions(String processor) throws IOException {
        Set<Integer> partitions = new TreeSet<>();
        get(stack.url(processor, 8081) + "/status")
                .path("partitions")
                .forEach(number -> partitions.add(number.asInt()));
        return partitions;
    }

    private static List<String> onlineDevices() throws IOException {
        return StreamSupport.stream(
                        get(stack.url("simulator", 8084) + "/fleet")
                                .path("devices")
                                .spliterator(),
                        false)
                .filter(device -> device.path("condition").asText().equals("online"))
                .map(device -> device.path("id").asText())
                .toList();
    }

    private static JsonNode get(String url) throws IOException {
        try (InputStream body = URI.create(url).toURL().openStream()) {
            return JSON.readTree(body);
        }
    }
}
