package io.fleetcommand.service;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.provider.ConfigProvider;

/**
 * A config provider whose values are whole files or variables, without the line feeds that an editor or {@code echo} puts
 * at their end: within a header, a password or a quoted text they would do harm.
 */
final class WithoutFinalLineFeed implements ConfigProvider {
    private final ConfigProvider provider;

    WithoutFinalLineFeed(ConfigProvider provider) {
        this.provider = provider;
    }

    static String of(String value) {
        int end = value.length();
        while (end > 0 && (value.charAt(end - 1) == '\n' || value.charAt(end - 1) == '\r')) {
            end--;
        }
        return value.substring(0, end);
    }

    @Override
    public ConfigData get(String path) {
        return trimmed(provider.get(path));
    }

    @Override
    public ConfigData get(String path, Set<String> keys) {
        return trimmed(provider.get(path, keys));
    }

    private static ConfigData trimmed(ConfigData read) {
        Map<String, String> values = new HashMap<>();
        read.data().forEach((name, value) -> values.put(name, of(value)));
        return new ConfigData(values, read.ttl());
    }

    @Override
    public void configure(Map<String, ?> settings) {
        provider.configure(settings);
    }

    @Override
    public void close() throws IOException {
        provider.close();
    }
}
