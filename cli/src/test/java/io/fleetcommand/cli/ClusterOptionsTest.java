package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.cli.load.Kafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ClusterOptionsTest {
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
