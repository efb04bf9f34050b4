package io.fleetcommand.cli;

import io.fleetcommand.cli.load.Kafka;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.Option;

/** The options that all commands share which publish a request. */
final class RequestOptions {
    @Option(names = "--bootstrap-servers", description = "Kafka brokers; without it, those of ./fleet up")
    private Optional<String> bootstrapServers;

    @Option(names = "--schema-registry", description = "schema registry URL; without it, that of ./fleet up")
    private Optional<String> registry;

    @Option(names = "--client-config", description = "properties file with further Kafka client settings")
    private Optional<Path> clientConfig;

    @Option(names = "--topic-prefix", defaultValue = "fleet.", description = "of all topics (${DEFAULT-VALUE})")
    private String prefix;

    @Option(names = "--timeout", defaultValue = "60", description = "seconds to wait for the result (${DEFAULT-VALUE})")
    private long timeoutSeconds;

    @Option(names = "--deadline", defaultValue = "50", description = "seconds until it expires (${DEFAULT-VALUE})")
    private long deadlineSeconds;

    @Option(names = "--priority", defaultValue = "NORMAL", description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
    private Priority priority;

    /** @throws IllegalStateException if it is not known where Kafka is */
    Kafka kafka() {
        return new Kafka(
                bootstrapServers.or(RunningStack::bootstrapServers).orElseThrow(() -> missing("--bootstrap-servers")),
                registry.or(RunningStack::registry).orElseThrow(() -> missing("--schema-registry")),
                more());
    }

    Topics topics() {
        return new Topics(prefix);
    }

    Duration timeout() {
        return Duration.ofSeconds(timeoutSeconds);
    }

    Duration deadline() {
        return Duration.ofSeconds(deadlineSeconds);
    }

    Priority priority() {
        return priority;
    }

    private Map<String, String> more() {
        Map<String, String> settings = new HashMap<>();
        clientConfig.ifPresent(file -> {
            Properties properties = new Properties();
            try (Reader in = Files.newBufferedReader(file)) {
                properties.load(in);
            } catch (IOException failed) {
                throw new IllegalStateException("the file " + file + " cannot be read", failed);
            }
            properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        });
        return settings;
    }

    private static IllegalStateException missing(String option) {
        return new IllegalStateException("no stack is up: start one with ./fleet up, or give " + option);
    }
}
