package io.fleetcommand.operations.topics;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file strictly: an entry that nobody would look at is a fault, as is one that stands there twice. */
final class YamlFile {
    private static final ObjectReader STRICT = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private YamlFile() {}

    /** @throws IllegalArgumentException if the file is not there or not understood, saying which, where and why */
    static <T> T read(Path file, Class<T> type) {
        try {
            return STRICT.forType(type).readValue(Files.readString(file));
        } catch (JacksonException wrong) {
            String where = wrong.getLocation() == null
                    ? ""
                    : ", near line " + wrong.getLocation().getLineNr();
            throw new IllegalArgumentException(file + where + ": " + wrong.getOriginalMessage(), wrong);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("the file " + file + " cannot be read", unreadable);
        }
    }
}
