package io.fleetcommand.service;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/** A source of a setting's value, with the name and syntax of Kafka's config provider. */
enum ReferenceSource {
    /** One key of a properties file. */
    FILE("${file:PATH:KEY}") {
        @Override
        String read(String path, String key) throws IOException {
            return Optional.ofNullable(PropertiesFile.read(Path.of(path)).get(key))
                    .orElseThrow(() ->
                            new ConfigException("the file " + path + " has no key " + key + "; add it to the file"));
        }
    },
    /** A whole file, such as a mounted secret. */
    DIRECTORY("${directory:PATH:FILE}") {
        @Override
        String read(String path, String key) throws IOException {
            Path name = Path.of(key);
            if (name.getNameCount() != 1 || name.isAbsolute() || key.equals("..")) {
                throw new ConfigException(key + " is no name of a file in the folder " + path + "; write " + syntax());
            }
            return TextFile.read(Path.of(path).resolve(name));
        }
    },
    /** An environment variable. */
    ENV("${env:NAME}") {
        @Override
        String read(String path, String key) {
            return Optional.ofNullable(System.getenv(key))
                    .orElseThrow(() -> new ConfigException("the environment variable " + key + " is not set; set it"));
        }
    };

    private final String syntax;

    ReferenceSource(String syntax) {
        this.syntax = syntax;
    }

    abstract String read(String path, String key) throws IOException;

    static Optional<ReferenceSource> named(String provider) {
        return Arrays.stream(values())
                .filter(source -> source.syntax.startsWith("${" + provider + ":"))
                .findFirst();
    }

    /** The syntax of a reference. */
    String syntax() {
        return syntax;
    }

    /**
     * @param body the reference after the provider's colon
     * @throws ConfigException if there is no value, or an empty one; the message says why and what to do
     */
    final String value(String body) {
        int colon = this == ENV ? -1 : body.indexOf(':');
        String path = body.substring(0, Math.max(colon, 0));
        String key = body.substring(colon + 1);
        if (key.isEmpty() || path.isEmpty() == (this != ENV)) {
            throw new ConfigException("write " + syntax);
        }
        String value;
        try {
            value = WithoutFinalLineFeed.of(read(path, key));
        } catch (IOException | InvalidPathException unreadable) {
            throw new ConfigException(unreadable.getMessage() + "; correct the path, or what it leads to");
        }
        if (value.isBlank()) {
            throw new ConfigException("the value is empty; give it one, or leave the setting out");
        }
        return value;
    }
}
