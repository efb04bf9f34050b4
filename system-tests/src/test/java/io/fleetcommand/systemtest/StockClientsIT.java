package io.fleetcommand.systemtest;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.junit.FleetStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs under {@code examples}, each a stock client with no code of ours but its own, at one real stack. */
@FleetStack(
        devices = 40,
        simulator = {"--latency", "20ms"})
class StockClientsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path EXAMPLES = Path.of(System.getProperty("fleet.examples"));
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final String REPLIES = "replies.stock";
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final int REQUESTS = 200;

    @TempDir
    private static Path folder;

    private static StackAddresses addresses;
    private static Simulation simulation;
    private static List<String> devices;

    @BeforeAll
    static void start(StackAddresses running, Simulation itsCloud) throws Exception {
        addresses = running;
        simulation = itsCloud;
        devices = simulation.fleet().stream().map(Simulation.Device::id).toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", addresses.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(REPLIES, 3, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void twoHundredRequestsOfSpringAtOnceAreEachAnsweredUnderTheirOwnCorrelationId() throws Exception {
        List<String> lines = spring("patient");

        assertThat(lines).hasSize(REQUESTS).doesNotHaveDuplicates().allMatch(line -> line.endsWith(" SUCCEEDED"));
    }

    @Test
    void whoGaveUpWaitingAndAsksAgainUnderTheSameIdGetsTheResultThatRanOnce() throws Exception {
        long ranBefore = runs();

        List<String> lines = spring("impatient");

        assertThat(lines).hasSize(REQUESTS).doesNotHaveDuplicates().allMatch(line -> line.endsWith(" SUCCEEDED"));
        assertThat(runs() - ranBefore).isEqualTo(REQUESTS);
    }

    @Test
    void aPythonScriptGetsTheResultOfItsCommand() throws Exception {
        Optional<String> python = python();
        assumeTrue(
                python.isPresent(),
                "no python3 has confluent_kafka and avro: apt-get install python3-confluent-kafka python3-avro"
                        + " (.ci/run does it)");
        assertRanAndAnswered(
                devices.get(0),
                run(
                        python.get(),
                        EXAMPLES.resolve("python").resolve("send_command.py").toString(),
                        "--brokers",
                        addresses.bootstrapServers(),
                        "--registry",
                        addresses.registry(),
                        "--replies",
                        REPLIES,
                        devices.get(0),
                        "setLed",
                        "off"));
    }

    @Test
    void aScriptWithKafkaJsGetsTheResultOfItsCommand() throws Exception {
        Path home = Installation.find().folder().resolve("kafkajs");
        Files.createDirectories(home);
        for (String file : List.of("package.json", "send-command.js")) {
            Files.copy(EXAMPLES.resolve("kafkajs").resolve(file), home.resolve(file), REPLACE_EXISTING);
        }
        Ending installed = run(
                "npm",
                "install",
                "--prefix",
                home.toString(),
                "--prefer-offline",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--no-package-lock");
        assumeTrue(
                installed.exitCode() == 0,
                "npm is not there, or cannot fetch what examples/kafkajs stands on: " + installed.errors());

        assertRanAndAnswered(
                devices.get(1),
                run(
                        "node",
                        home.resolve("send-command.js").toString(),
                        addresses.bootstrapServers(),
                        addresses.registry(),
                        REPLIES,
                        devices.get(1),
                        "setLed",
                        "off"));
    }

    private static void assertRanAndAnswered(String device, Ending ending) throws Exception {
        assertThat(ending.exitCode()).as(ending.errors()).isZero();
        JsonNode result = JSON.readTree(ending.printed());
        assertThat(result.path("device_id").asText()).isEqualTo(device);
        assertThat(result.path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(result.path("requester").asText()).isEqualTo("send-command");
        assertThat(simulation.runs().get(device))
                .filteredOn(run -> run.argument().equals("off"))
                .hasSize(1);
    }

    private static long runs() {
        return simulation.runs().values().stream().mapToLong(List::size).sum();
    }

    private static List<String> spring(String patience) throws Exception {
        Path target = EXAMPLES.resolve("spring").resolve("target");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                target.resolve("classes") + System.getProperty("path.separator") + target.resolve("lib") + "/*",
                "io.fleetcommand.examples.spring.Main",
                addresses.bootstrapServers(),
                addresses.registry(),
                TOPICS.commands(),
                REPLIES,
                Integer.toString(REQUESTS),
                patience));
        command.addAll(devices);
        Ending ending = run(command.toArray(String[]::new));
        assertThat(ending.exitCode()).as(ending.errors()).isZero();
        return ending.printed().lines().toList();
    }

    /** The first Python that has what the script needs; Debian's packages are Debian's Python's alone. */
    private static Optional<String> python() throws Exception {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            if (run(python, "-c", "import confluent_kafka, avro.io").exitCode() == 0) {
                return Optional.of(python);
            }
        }
        return Optional.empty();
    }

    private record Ending(int exitCode, String printed, String errors) {}

    private static Ending run(String... command) throws Exception {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder program =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        // What the arguments and the output are in, whatever the machine's own is.
        program.environment().put("LC_ALL", "C.UTF-8");
        Process process;
        try {
            process = program.start();
        } catch (IOException absent) {
            return new Ending(127, "", absent.toString());
        }
        if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Ending(124, Files.readString(out), "ended after " + TIMEOUT + ": " + Files.readString(err));
        }
        return new Ending(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
