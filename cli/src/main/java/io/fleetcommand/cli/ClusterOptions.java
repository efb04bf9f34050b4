package io.fleetcommand.cli;

import io.fleetcommand.cli.load.Kafka;
import io.fleetcommand.model.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options that say which cluster is meant: a file, flags that go before it, or else the stack of {@code up}. */
final class ClusterOptions {
    private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    private static final String REGISTRY = "schema.registry.url";
    private static final String INSTANCES = "fleet.instances";

    @Option(
            names = {"--config", "--client-config"},
            paramLabel = "FILE",
            defaultValue = "${env:FLEET_CONFIG}",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description =
                    "properties file with Kafka client settings: bootstrap.servers, schema.registry.url, security;"
                            + " or FLEET_CONFIG")
    private Optional<Path> config;

    @Option(names = "--bootstrap-servers", description = "Kafka brokers; without it, those of ./fleet up")
    private Optional<String> bootstrapServers;

    @Option(names = "--schema-registry", description = "schema registry URL; without it, that of ./fleet up")
    private Optional<String> registry;

    @Option(names = "--topic-prefix", defaultValue = "fleet.", description = "of all topics (${DEFAULT-VALUE})")
    private String prefix;

    /** @throws IllegalStateException if it is not known where Kafka and its registry are, or the file is unreadable */
    Kafka kafka() {
        Map<String, String> settings = settings();
        return new Kafka(bootstrapServers(settings), registry(settings), settings);
    }

    /**
     * Settings of a registry client, which needs no brokers.
     *
     * @throws IllegalStateException if it is not known where the registry is, or the file is unreadable
     */
    Map<String, Object> schemaRegistry() {
        Map<String, String> settings = settings();
        Map<String, Object> registry = new HashMap<>(settings);
        registry.put(REGISTRY, registry(settings));
        return registry;
    }

    /**
     * Settings of an admin client, which needs no registry.
     *
     * @throws IllegalStateException if it is not known where Kafka is, or the file is unreadable
     */
    Map<String, Object> admin() {
        Map<String, String> settings = settings();
        Map<String, Object> admin = new HashMap<>(settings);
        admin.remove(REGISTRY);
        admin.put(BOOTSTRAP_SERVERS, bootstrapServers(settings));
        return admin;
    }

    /**
     * The ops addresses of the processor's instances.
     *
     * @throws IllegalStateException if they are not known, or the file is unreadable
     */
    List<String> instances() {
        return Optional.ofNullable(settings().get(INSTANCES))
                .or(RunningStack::instances)
                .map(urls -> List.of(urls.strip().split("\\s*,\\s*")))
                .orElseThrow(() -> missing("--instance"));
    }

    Topics topics() {
        return new Topics(prefix);
    }

    private String registry(Map<String, String> settings) {
        return registry.or(() -> Optional.ofNullable(settings.get(REGISTRY)))
                .or(RunningStack::registry)
                .orElseThrow(() -> missing("--schema-registry"));
    }

    private String bootstrapServers(Map<String, String> settings) {
        return bootstrapServers
                .or(() -> Optional.ofNullable(settings.get(BOOTSTRAP_SERVERS)))
                .or(RunningStack::bootstrapServers)
                .orElseThrow(() -> missing("--bootstrap-servers"));
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        config.ifPresent(file -> {
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
