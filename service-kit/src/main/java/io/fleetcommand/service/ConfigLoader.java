package io.fleetcommand.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a service's settings come from: a properties file; environment variables override it. A variable
 * {@code FLEET_QUOTA_REQUESTS} sets {@code quota.requests}. One that is empty sets nothing, and one that no setting of the
 * service is like, such as {@code FLEET_CONFIG} of the command line, is ignored with a warning; one that looks like a
 * setting mistyped is kept, for {@link ValidatedConfig} to refuse it. Values such as {@code ${file:/run/secrets/p:key}},
 * {@code ${env:NAME}} and {@code ${directory:/run/secrets:name}} are then replaced by what they refer to, and each must
 * resolve. Line feeds at the end of a file or a variable are no part of its value.
 */
public final class ConfigLoader {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigLoader.class);

    private ConfigLoader() {}

    /**
     * Reads the settings of a service that is started with at most one argument, the path of its properties file.
     *
     * @param names of the settings that the service has
     * @throws InvalidSettings if the file cannot be read or a reference cannot be resolved
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
        return SettingReferences.resolve(settings);
    }

    private static Map<String, String> file(Path path) {
        try {
            return PropertiesFile.read(path);
        } catch (IOException unreadable) {
            throw new InvalidSettings(
                    List.of("the settings file " + path + " cannot be read: " + unreadable.getMessage()));
        }
    }
}
