package io.fleetcommand.service;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * Where a service's settings come from: a properties file, over which environment variables are laid. A variable
 * {@code FLEET_QUOTA_REQUESTS} sets {@code quota.requests}. Values such as {@code ${file:/run/secrets/p:key}},
 * {@code ${env:NAME}} and {@code ${directory:/run/secrets:name}} are then replaced by Kafka's own config providers. Line
 * feeds at the end of a file or a variable are no part of its value.
 */
public final class SettingsSource {
    private static final String PREFIX = "FLEET_";

    private SettingsSource() {}

    /**
     * Reads the settings of a service that is started with at most one argument, the path of its properties file.
     *
     * @throws InvalidSettings if the file cannot be read or a reference to a secret cannot be resolved
     */
    public static Map<String, String> read(List<String> arguments, Map<String, String> environment) {
        if (arguments.size() > 1) {
            throw new InvalidSettings(
                    List.of("expected at most one argument, the path of a properties file, but got " + arguments));
        }
        Map<String, String> settings = new HashMap<>();
        arguments.forEach(path -> settings.putAll(file(Path.of(path))));
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                settings.put(
                        name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.'),
                        WithoutFinalLineFeed.of(value));
            }
        });
        return resolve(settings);
    }

    private static Map<String, String> file(Path path) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new InvalidSettings(List.of("the settings file " + path + " cannot be read: " + unreadable));
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }

    private static Map<String, String> resolve(Map<String, String> settings) {
        Map<String, ConfigProvider> providers = Map.of(
                "file", new FileConfigProvider(),
                "env", new WithoutFinalLineFeed(new EnvVarConfigProvider()),
                "directory", new WithoutFinalLineFeed(new DirectoryConfigProvider()));
        providers.values().forEach(provider -> provider.configure(Map.of()));
        try {
            return new ConfigTransformer(providers).transform(settings).data();
        } catch (ConfigException unresolved) {
            throw new InvalidSettings(List.of("a reference in the settings cannot be resolved: " + unresolved));
        }
    }
}
