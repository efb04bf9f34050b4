package io.fleetcommand.service;

import io.fleetcommand.text.VisibleText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a service's settings from a properties file; environment variables override it. The variable
 * {@code FLEET_QUOTA_REQUESTS} sets {@code quota.requests}. An empty variable sets nothing. A variable that resembles
 * no setting of the service, such as {@code FLEET_CONFIG} of the command line, is ignored with a warning; one that
 * looks like a mistyped setting is kept, so that {@link ValidatedConfig} rejects it. Then the references
 * {@code ${file:/run/secrets/p:key}}, {@code ${env:NAME}} and {@code ${directory:/run/secrets:name}} are resolved; an
 * unresolvable one is a fault. Trailing line feeds of a file or a variable are stripped.
 */
public final class ConfigLoader {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigLoader.class);

    private ConfigLoader() {}

    /**
     * Loads the settings of a service.
     *
     * @param arguments at most one: the path of the properties file
     * @param names the names of the service's settings
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
