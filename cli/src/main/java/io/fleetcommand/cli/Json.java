package io.fleetcommand.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.text.VisibleText;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** Lines for programs, which a terminal can show too: what it would obey is written as JSON's own escapes. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** One object on one line. @param namesAndValues a name, its value, a name, ... */
    static String object(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int index = 0; index < namesAndValues.length; index += 2) {
            fields.put(namesAndValues[index].toString(), namesAndValues[index + 1].toString());
        }
        try {
            return safe(MAPPER.writeValueAsString(fields));
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException("texts alone can always be written", impossible);
        }
    }

    /** Of a record, which writes itself as JSON, on one line. */
    static String of(SpecificRecord record) {
        return safe(record.toString());
    }

    /** Outside of its texts JSON has no such characters, and within them an escape is the same text. */
    static String safe(String json) {
        return VisibleText.of(json);
    }
}
