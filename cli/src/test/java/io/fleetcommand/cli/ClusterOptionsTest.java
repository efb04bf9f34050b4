package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fleetcommand.cli.load.Kafka;
import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.streams.RequestTopics;
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
                .hasMessage("the file /nowhere/client.properties cannot be read");
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
