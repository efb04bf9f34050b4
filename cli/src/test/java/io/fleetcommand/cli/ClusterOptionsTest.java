package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ClusterOptionsTest {
    private final StringWriter err = new StringWriter();
    private final PrintWriter told = new PrintWriter(err, true);

    @Test
    void theFileSaysWhereAndHow(@TempDir Path folder) throws Exception {
        Kafka kafka = parsed("--config", file(folder).toString()).kafka();

        assertThat(kafka.bootstrapServers()).isEqualTo("broker:9093");
        assertThat(kafka.registry()).isEqualTo("https://registry:8081");
        assertThat(kafka.more()).containsEntry("security.protocol", "SASL_SSL");
    }

    @Test
    void flagsGoBeforeTheFile(@TempDir Path folder) throws Exception {
        ClusterOptions options = parsed(
                "--client-config",
                file(folder).toString(),
                "--bootstrap-servers",
                "other:9092",
                "--schema-registry",
                "http://other:8081",
                "--topic-prefix",
                "test.");

        assertThat(options.kafka().bootstrapServers()).isEqualTo("other:9092");
        assertThat(options.kafka().registry()).isEqualTo("http://other:8081");
        assertThat(options.admin())
                .isEqualTo(Map.of("bootstrap.servers", "other:9092", "security.protocol", "SASL_SSL"));
        assertThat(options.topics().commands()).isEqualTo("test.commands");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(
                        () -> parsed("--config", "/nowhere/client.properties").kafka())
                .hasMessage("the file /nowhere/client.properties cannot be read: there is no such file");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstName(@TempDir Path folder) throws Exception {
        Path file = file(folder);
        Files.writeString(file, "\uFEFF" + Files.readString(file));

        assertThat(parsed("--config", file.toString()).admin()).containsEntry("bootstrap.servers", "broker:9093");
    }

    @Test
    void aFileInUtf16IsRefused(@TempDir Path folder) throws Exception {
        Path file = file(folder);
        Files.writeString(file, Files.readString(file), StandardCharsets.UTF_16);

        assertThatThrownBy(() -> parsed("--config", file.toString()).kafka())
                .hasMessage("the file " + file + " cannot be read: it is UTF-16 text, or none; save it as UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bootstrap.servers=\n", "security.protocol=SSL\n"})
    void aFileThatNamesNoBrokersIsNotTakenForTheLocalStack(String text, @TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("client.properties"), text);
        ClusterOptions options = parsed("--config", file.toString());

        assertThatThrownBy(options::admin)
                .hasMessage("the file " + file + " has no bootstrap.servers: add it, or give --bootstrap-servers");
        assertThatThrownBy(options::schemaRegistry)
                .hasMessage("the file " + file + " has no schema.registry.url: add it, or give --schema-registry");
        assertThatThrownBy(options::instances)
                .hasMessage("the file " + file + " has no fleet.instances: add it, or give --instance");
        assertThat(options.requests(told)).isEqualTo(RequestTopics.of(new Topics("fleet.")));
    }

    @Test
    void aFileThatTheEnvironmentNamesIsNotPassedOverForTheLocalStack(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("client.properties"), "security.protocol=SSL\n");
        ProcessBuilder builder = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.fleetcommand.cli.Main",
                        "results")
                .redirectErrorStream(true);
        builder.environment().put("FLEET_CONFIG", file.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output)
                .contains("the file " + file + " has no bootstrap.servers: add it, or give --bootstrap-servers");
        assertThat(process.waitFor()).isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void aRegistryAloneNeedsNoBrokers(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("client.properties"), "schema.registry.url=http://registry\n");
        ClusterOptions options = parsed("--config", file.toString());

        assertThat(options.schemaRegistry()).containsEntry("schema.registry.url", "http://registry");
        assertThat(options.requests(told)).isEqualTo(RequestTopics.of(new Topics("fleet.")));
    }

    @ParameterizedTest
    @CsvSource({
        "bootstrap.server, bootstrap.servers",
        "bootstrap-servers, bootstrap.servers",
        "schema.registry.ulr, schema.registry.url",
        "fleet.instance, fleet.instances",
        "request.topic.polls, request.topics.polls"
    })
    void aMistypedNameIsRefusedAndTheOneNamedThatWasMeant(String typed, String meant, @TempDir Path folder)
            throws Exception {
        Path file = Files.writeString(file(folder), typed + "=x\n", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> parsed("--config", file.toString()).admin())
                .hasMessage("the file " + file + " has the setting " + typed + "; did you mean " + meant + "?");
    }

    @Test
    void theFileMayNameTheRequestTopics(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                file(folder), "request.topics.commands = a.commands , b.commands,\n", StandardOpenOption.APPEND);

        assertThat(parsed("--config", file.toString(), "--topic-prefix", "t.").requests(told))
                .isEqualTo(new RequestTopics(List.of("a.commands", "b.commands"), List.of("t.polls")));
        assertThat(err).hasToString("");
    }

    @Test
    void elseTheRunningInstancesSayWhichTheyAre(@TempDir Path folder) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        byte[] page = """
                {"request_topics": {"commands": ["fleet.commands", "fleet.commands.billing", "no topic\\u001b"],
                                    "polls": ["fleet.polls.billing"]}}""".getBytes(StandardCharsets.UTF_8);
        server.createContext("/status", exchange -> {
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        Path file = Files.writeString(
                file(folder),
                "fleet.instances=http://127.0.0.1:" + server.getAddress().getPort() + "\n",
                StandardOpenOption.APPEND);
        try {
            assertThat(parsed("--config", file.toString()).requests(told))
                    .isEqualTo(new RequestTopics(
                            List.of("fleet.commands", "fleet.commands.billing"), List.of("fleet.polls.billing")));
        } finally {
            server.stop(0);
        }
        assertThat(parsed("--config", file.toString()).requests(told))
                .isEqualTo(RequestTopics.of(new Topics("fleet.")));
        assertThat(err.toString())
                .startsWith("no processor says which topics it reads; taken for these: [fleet.commands]");
    }

    @Test
    void elseThePrefixNamesThem(@TempDir Path folder) throws Exception {
        assertThat(parsed("--config", file(folder).toString(), "--topic-prefix", "t.")
                        .requests(told))
                .isEqualTo(RequestTopics.of(new Topics("t.")));
        assertThat(err).hasToString("");
    }

    private static Path file(Path folder) throws Exception {
        return Files.writeString(folder.resolve("client.properties"), """
                bootstrap.servers=broker:9093
                schema.registry.url=https://registry:8081
                security.protocol=SASL_SSL
                """);
    }

    private static ClusterOptions parsed(String... arguments) {
        ClusterOptions options = new ClusterOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("cluster", mixin(options)))
                .parseArgs(arguments);
        return options;
    }

    private static CommandLine.Model.CommandSpec mixin(ClusterOptions options) {
        return CommandLine.Model.CommandSpec.forAnnotatedObject(options);
    }
}
