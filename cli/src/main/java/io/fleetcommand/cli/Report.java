package io.fleetcommand.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The figures of a run as one JSON object. */
public final class Report {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Map<String, Object> figures = new LinkedHashMap<>();

    public Report put(String name, Object figure) {
        figures.put(name, figure);
        return this;
    }

    public void writeTo(Optional<Path> file) {
        file.ifPresent(path -> {
            try {
                JSON.writeValue(path.toFile(), figures);
            } catch (IOException failed) {
                throw new UncheckedIOException("the report " + path + " cannot be written", failed);
            }
        });
    }
}
