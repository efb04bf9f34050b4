package io.fleetcommand.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Settings validated against their definition. Faults are collected, so that a service can add its own and report all
 * of them with {@link #orThrow()}.
 */
public final class ValidatedConfig {
    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, String> input;
    private final List<String> faults = new ArrayList<>();

    private ValidatedConfig(Map<String, String> input) {
        this.input = Map.copyOf(input);
    }

    /**
     * @param passThrough prefixes, such as {@code "streams."}, of settings that are passed to a library unchecked; any
     *     other name that the definition lacks is a fault
     */
    public static ValidatedConfig check(ConfigDef definition, Set<String> passThrough, Map<String, String> input) {
        ValidatedConfig settings = new ValidatedConfig(input);
        for (ConfigValue value : definition.validate(input)) {
            if (value.value() != null) {
                settings.values.put(value.name(), value.value());
            }
            value.errorMessages().forEach(settings.faults::add);
        }
        SettingNames names = new SettingNames(definition.names(), passThrough);
        for (String name : new TreeSet<>(input.keySet())) {
            if (!names.has(name)) {
                settings.faults.add(name + ": there is no such setting"
                        + names.meantBy(name)
                                .map(meant -> "; did you mean " + meant + " (" + SettingNames.variable(meant) + ")?")
                                .orElse(""));
            }
        }
        return settings;
    }

    public String text(String name) {
        return (String) values.getOrDefault(name, "");
    }

    public boolean flag(String name) {
        return (Boolean) values.getOrDefault(name, false);
    }

    public int number(String name) {
        return (Integer) values.getOrDefault(name, 0);
    }

    public long longNumber(String name) {
        return (Long) values.getOrDefault(name, 0L);
    }

    public double fraction(String name) {
        return (Double) values.getOrDefault(name, 0.0);
    }

    /** The settings with a prefix, by their names without it. */
    public Map<String, String> under(String prefix) {
        Map<String, String> found = new HashMap<>();
        input.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), value);
            }
        });
        return found;
    }

    /** Adds a fault unless a condition on several settings holds. */
    public ValidatedConfig require(boolean holds, String otherwise) {
        if (!holds) {
            faults.add(otherwise);
        }
        return this;
    }

    /** @throws InvalidSettings if there is any fault; the message lists all of them */
    public ValidatedConfig orThrow() {
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
        return this;
    }
}
