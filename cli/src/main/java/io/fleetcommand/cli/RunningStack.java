package io.fleetcommand.cli;

import io.fleetcommand.cli.stack.Addresses;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** Where {@code up} leaves the addresses of its stack for the other commands. Holds no secret. */
final class RunningStack {
    private static final String KAFKA = "bootstrap.servers";
    private static final String REGISTRY = "schema.registry.url";
    private static final String INSTANCES = "fleet.instances";

    private static final String TOKEN_SERVICES = "token.service.url";
    private static final String OPERATOR_SECRET_FILE = "operator.secret.file";

    private RunningStack() {}

    /** @param operatorSecretFile where the operator's secret of the token-service is */
    static void remember(Addresses addresses, List<String> instances, Path operatorSecretFile) {
        Properties properties = new Properties();
        properties.setProperty(KAFKA, addresses.bootstrapServers());
        properties.setProperty(REGISTRY, addresses.registry());
        properties.setProperty(TOKEN_SERVICES, addresses.tokenService());
        properties.setProperty(OPERATOR_SECRET_FILE, operatorSecretFile.toString());
        properties.setProperty(INSTANCES, String.join(",", instances));
        try {
            Files.createDirectories(file().getParent());
            try (Writer out = Files.newBufferedWriter(file())) {
                properties.store(out, "the stack that ./fleet up runs");
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(file() + " cannot be written", failed);
        }
    }

    static void forget() {
        try {
            Files.deleteIfExists(file());
        } catch (IOException failed) {
            throw new UncheckedIOException(file() + " cannot be deleted", failed);
        }
    }

    static Optional<String> bootstrapServers() {
        return property(KAFKA);
    }

    static Optional<String> registry() {
        return property(REGISTRY);
    }

    static Optional<String> tokenServices() {
        return property(TOKEN_SERVICES);
    }

    static Optional<Path> operatorSecretFile() {
        return property(OPERATOR_SECRET_FILE).map(Path::of);
    }

    /** The ops addresses of its processors, separated by commas. */
    static Optional<String> instances() {
        return property(INSTANCES);
    }

    private static Optional<String> property(String name) {
        if (!Files.exists(file())) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file())) {
            properties.load(in);
        } catch (IOException failed) {
            throw new UncheckedIOException(file() + " cannot be read", failed);
        }
        return Optional.ofNullable(properties.getProperty(name));
    }

    private static Path file() {
        return Path.of(System.getProperty("fleet.home", "."), ".fleet", "stack.properties");
    }
}
