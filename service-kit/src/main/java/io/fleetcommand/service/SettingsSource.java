package io.fleetcommand.service;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a service's settings come from: a properties file; environment variables override it. A variable
 * {@code FLEET_QUOTA_REQUESTS} sets {@code quota.requests}. One that is empty sets nothing, and one that no setting of the
 * service is like, such as {@code FLEET_CONFIG} of the command line, is ignored with a warning; one that looks like a
 * setting mistyped is kept, for {@link CheckedSettings} to refuse it. Values such as {@code ${file:/run/secrets/p:key}},
 * {@code ${env:NAME}} and {@code ${directory:/run/secrets:name}} are then replaced by Kafka's own config providers. Line
 * feeds at the end of a file or a variable are no part of its value.
 */
public final class SettingsSource {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsSource.class);

    private SettingsSource() {}

    /**
     * Reads the settings of a service that is started with at most one argument, the path of its properties file.
     *
     * @param names of the settings that the service has
     * @throws InvalidSettings if the file cannot be read or a reference to a secret cannot be resolved
     */
    public static Map<String, String> read(
            List<String> arguments, Map<String, String> environment, SettingNames names) {
        if (arguments.size() > 1) {
            throw new InvalidSettings(
                    List.of("expected at most one argument, the path of a properties file, but got " + arguments));
        }
        Map<String, String> settings = new HashMap<>();
        arguments.forEach(path -> settings.putAll(file(Path.of(path))));
        new TreeMap<>(environment)
                .forEach((variable, value) -> SettingNames.ofVariable(variable)
                        .filter(name -> !value.isBlank())
                        .ifPresent(name -> {
                            if (names.has(name) || names.meantBy(name).isPresent()) {
                                settings.put(name, WithoutFinalLineFeed.of(value));
                            } else {
                                LOG.warn(
                                        "environment variable {} ignored: there is no setting {}",
                                        VisibleText.of(variable),
                                        VisibleText.of(name));
                            }
                        }));
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
