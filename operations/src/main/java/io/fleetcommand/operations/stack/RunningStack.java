package io.fleetcommand.operations.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Where the parts of a stack are that {@code ./fleet up} runs. Holds no secret.
 *
 * @param instances the ops addresses of its processors
 * @param operatorSecretFile where the operator's secret of the token-service is
 * @param settingsFile of a processor; holds secrets, and only its owner may read it
 */
public record RunningStack(
        String name, StackAddresses addresses, List<String> instances, Path operatorSecretFile, Path settingsFile) {
    private static final String KAFKA = "bootstrap.servers";
    private static final String REGISTRY = "schema.registry.url";
    private static final String CLOUD = "cloud.url";
    private static final String CONTROL = "simulator.control.url";
    private static final String TOKEN_SERVICES = "token.service.url";
    private static final String INSTANCES = "fleet.instances";
    private static final String OPERATOR_SECRET_FILE = "operator.secret.file";
    private static final String SETTINGS_FILE = "processor.settings.file";

    public RunningStack {
        instances = List.copyOf(instances);
    }

    /** As a file that other commands read. */
    public Properties properties() {
        Properties properties = new Properties();
        properties.setProperty(KAFKA, addresses.bootstrapServers());
        properties.setProperty(REGISTRY, addresses.registry());
        properties.setProperty(CLOUD, addresses.cloud());
        properties.setProperty(CONTROL, addresses.control());
        properties.setProperty(TOKEN_SERVICES, addresses.tokenService());
        properties.setProperty(INSTANCES, String.join(",", instances));
        properties.setProperty(OPERATOR_SECRET_FILE, operatorSecretFile.toString());
        properties.setProperty(SETTINGS_FILE, settingsFile.toString());
        return properties;
    }

    /** The stack that its properties describe; empty if any of them is missing. */
    public static Optional<RunningStack> of(String name, Properties properties) {
        boolean whole = Stream.of(
                        KAFKA, REGISTRY, CLOUD, CONTROL, TOKEN_SERVICES, INSTANCES, OPERATOR_SECRET_FILE, SETTINGS_FILE)
                .allMatch(properties::containsKey);
        return whole ? Optional.of(read(name, properties)) : Optional.empty();
    }

    private static RunningStack read(String name, Properties properties) {
        return new RunningStack(
                name,
                new StackAddresses(
                        properties.getProperty(KAFKA),
                        properties.getProperty(REGISTRY),
                        properties.getProperty(CLOUD),
                        properties.getProperty(CONTROL),
                        properties.getProperty(TOKEN_SERVICES)),
                List.of(properties.getProperty(INSTANCES).split(",")),
                Path.of(properties.getProperty(OPERATOR_SECRET_FILE)),
                Path.of(properties.getProperty(SETTINGS_FILE)));
    }
}
