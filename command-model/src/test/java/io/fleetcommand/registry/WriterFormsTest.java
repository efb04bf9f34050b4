package io.fleetcommand.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Guarantee;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands of foreign writers: the same fields with other types, units and names. */
class WriterFormsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant AT = Instant.parse("2026-01-01T10:00:00.123Z");
    private static final long MS = AT.toEpochMilli();
    private static final String MICROS = "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}";
    private static final String MILLIS = MICROS.replace("micros", "millis");
    private static final String NANOS = MICROS.replace("micros", "nanos");
    private static final String COLOURS = "{\"type\":\"enum\",\"name\":\"Priority\",\"symbols\":[\"LOW\",\"URGENT\"]}";

    private final String registry = "mock://" + UUID.randomUUID();
    private final AvroDeserializer deserializer = new AvroDeserializer();

    WriterFormsTest() {
        deserializer.configure(Map.of("schema.registry.url", registry), false);
    }

    private static Arguments read(String field, String type, Object value, Consumer<DeviceCommand.Builder> expected) {
        return arguments(field, type, value, expected);
    }

    static Stream<Arguments> formsThatAreRead() {
        return Stream.of(
                read("created_at", MILLIS, MS, command -> {}),
                read("created_at", "\"long\"", MS, command -> {}),
                read("created_at", MICROS, MS * 1_000 + 999, command -> {}),
                read("created_at", NANOS, MS * 1_000_000 + 999_999, command -> {}),
                read("created_at", MICROS, -1L, command -> command.setCreatedAt(Instant.ofEpochMilli(-1))),
                read("created_at", "[\"null\"," + MILLIS + "]", MS, command -> {}),
                read("created_at", "[\"null\",\"long\"]", MS, command -> {}),
                read("created_at", "[" + MICROS + ",\"null\"]", MS * 1_000, command -> {}),
                read("created_at", "\"int\"", 7, command -> command.setCreatedAt(Instant.ofEpochMilli(7))),
                read("deadline", MILLIS, MS, command -> command.setDeadline(AT)),
                read("deadline", MICROS, MS * 1_000, command -> command.setDeadline(AT)),
                read("deadline", "[\"null\"," + MICROS + "]", MS * 1_000, command -> command.setDeadline(AT)),
                read("deadline", "[\"null\"," + MICROS + "]", null, command -> command.setDeadline(null)),
                read("deadline", "\"null\"", null, command -> command.setDeadline(null)),
                read("not_before", "[" + NANOS + ",\"null\"]", MS * 1_000_000, command -> command.setNotBefore(AT)),
                read("not_before", "[\"null\",\"int\"]", 5, command -> command.setNotBefore(Instant.ofEpochMilli(5))),
                read("argument", "[\"null\",\"string\"]", null, command -> command.setArgument("")),
                read("argument", "[\"null\",\"string\"]", "x", command -> command.setArgument("x")),
                read("argument", "\"null\"", null, command -> command.setArgument("")),
                read("max_attempts", "[\"null\",\"int\"]", null, command -> command.setMaxAttempts(0)),
                read(
                        "guarantee",
                        "[\"null\",{\"type\":\"enum\",\"name\":\"Guarantee\",\"symbols\":[\"AT_MOST_ONCE\"]}]",
                        null,
                        command -> command.setGuarantee(Guarantee.AT_LEAST_ONCE)),
                read(
                        "guarantee",
                        "{\"type\":\"enum\",\"name\":\"com.acme.Guarantee\",\"symbols\":[\"AT_MOST_ONCE\"]}",
                        "AT_MOST_ONCE",
                        command -> command.setGuarantee(Guarantee.AT_MOST_ONCE)),
                read("argument", "\"bytes\"", bytes("ö"), command -> command.setArgument("ö")),
                read("product", "\"string\"", "7", command -> command.setProduct("7")),
                read("product", "[\"string\",\"int\",\"null\"]", "7", command -> command.setProduct("7")),
                read(
                        "argument",
                        "{\"type\":\"string\",\"logicalType\":\"uuid\"}",
                        "u",
                        command -> command.setArgument("u")),
                read(
                        "request_id",
                        "{\"type\":\"string\",\"avro.java.string\":\"CharSequence\"}",
                        "r-9",
                        command -> command.setRequestId("r-9")));
    }

    @ParameterizedTest
    @MethodSource("formsThatAreRead")
    void aFieldWithATypeOfTheSameMeaningIsRead(
            String field, String type, Object value, Consumer<DeviceCommand.Builder> expected) {
        DeviceCommand.Builder wanted =
                DeviceCommand.newBuilder(Samples.command()).setCreatedAt(AT);
        expected.accept(wanted);

        assertThat(deserializer.deserialize("fleet.commands", written(with(field, type), field, value)))
                .isEqualTo(wanted.build());
    }

    static Stream<Arguments> formsThatAreRefused() {
        return Stream.of(
                arguments("created_at", "[\"null\"," + MILLIS + "]", null, "created_at: it is null, and must be given"),
                arguments("created_at", "\"null\"", null, "created_at: it is null, and must be given"),
                arguments("request_id", "[\"null\",\"string\"]", null, "request_id: it is null, and must be given"),
                arguments(
                        "created_at",
                        MICROS.replace("timestamp", "local-timestamp"),
                        MS * 1_000,
                        "created_at is written as long (local-timestamp-micros), which names no instant"),
                arguments(
                        "not_before",
                        "[\"null\"," + MILLIS.replace("timestamp", "local-timestamp") + "]",
                        MS,
                        "not_before is written as long (local-timestamp-millis), which names no instant"),
                arguments(
                        "created_at",
                        "{\"type\":\"int\",\"logicalType\":\"date\"}",
                        20_000,
                        "created_at is written as int (date), which names no instant"),
                arguments(
                        "deadline",
                        MICROS.replace("timestamp", "time"),
                        1L,
                        "deadline is written as long (time-micros), which names no instant"),
                arguments(
                        "created_at",
                        MICROS.replace("timestamp-micros", "unix-seconds"),
                        1L,
                        "created_at is written as long (unix-seconds), which names no instant"),
                arguments(
                        "created_at",
                        "[\"int\"," + MICROS + "]",
                        MS * 1_000,
                        "created_at is a union of times in different units"),
                arguments(
                        "created_at",
                        "{\"type\":\"string\",\"logicalType\":\"timestamp-millis\"}",
                        AT.toString(),
                        "created_at is written as string (timestamp-millis), where long (timestamp-millis) is read"),
                arguments("created_at", "\"double\"", 1e12, "created_at is written as double, where long"),
                arguments("max_attempts", "\"long\"", 3L, "max_attempts is written as long, where int is read"),
                arguments(
                        "max_attempts",
                        "{\"type\":\"int\",\"logicalType\":\"time-millis\"}",
                        3,
                        "max_attempts is written as int (time-millis), which means something else than int"),
                arguments(
                        "argument",
                        "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":4}",
                        bytes("12"),
                        "argument is written as bytes (decimal), which means something else than string"),
                arguments(
                        "argument",
                        "{\"type\":\"fixed\",\"name\":\"Four\",\"size\":4}",
                        bytes("1234"),
                        "argument is written as io.fleetcommand.model.Four, where string is read"),
                arguments("argument", "[\"null\",\"int\"]", 7, "argument: Found int, expecting union"),
                arguments("product", "[\"string\",\"int\"]", 7, "product: Found int, expecting union"),
                arguments("priority", "\"string\"", "URGENT", "priority is written as string, where"),
                arguments("priority", COLOURS, "LOW", "priority: No match for LOW"));
    }

    @ParameterizedTest
    @MethodSource("formsThatAreRefused")
    void aFieldWithATypeOfAnotherMeaningIsRejectedByName(String field, String type, Object value, String why) {
        byte[] bytes = written(with(field, type), field, value);

        assertThatThrownBy(() -> deserializer.deserialize("fleet.commands", bytes))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessageContaining("its field " + why);
    }

    @Test
    void anUnknownSymbolAffectsOnlyTheRecordsThatContainIt() {
        DeviceCommand read = (DeviceCommand)
                deserializer.deserialize("fleet.commands", written(with("priority", COLOURS), "priority", "URGENT"));

        assertThat(read.getPriority()).hasToString("URGENT");
    }

    static Stream<Arguments> textsThatOtherParsersTake() {
        return Stream.of(
                arguments(
                        "a default that does not fit",
                        "\"max_attempts\",\"type\":\"int\"",
                        "\"default\":0",
                        "\"default\":\"none\""),
                arguments("a default of the wrong branch", "\"product\"", "\"default\":null", "\"default\":\"x\""),
                arguments(
                        "a default that is no symbol",
                        "\"guarantee\"",
                        "\"default\":\"AT_LEAST_ONCE\"",
                        "\"default\":\"TWICE\""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("textsThatOtherParsersTake")
    void anInvalidDefaultIsIgnored(String name, String field, String standard, String other) {
        String text = Samples.command().getSchema().toString();
        int at = text.indexOf(standard, text.indexOf("\"name\":" + field));
        String changed = text.substring(0, at) + other + text.substring(at + standard.length());
        Schema schema = parse(changed);
        byte[] bytes = wire(registered(schema), Samples.command().getSchema(), generic(Samples.command()));

        assertThat(deserializer.deserialize("fleet.commands", bytes)).isEqualTo(Samples.command());
    }

    @Test
    void furtherFieldsAndTypesMayHaveAnyName() {
        Schema own = Samples.command().getSchema();
        String text = own.toString();
        int end = text.lastIndexOf(']');
        String further = ",{\"name\":\"x-campaign id\",\"type\":{\"type\":\"record\",\"name\":\"acme-corp.1st\","
                + "\"fields\":[{\"name\":\"a.b\",\"type\":\"int\",\"default\":\"no int\"}]}}";
        Schema schema = parse(text.substring(0, end) + further + text.substring(end));
        byte[] bytes = wire(registered(schema), own, generic(Samples.command()));
        byte[] longer =
                ByteBuffer.allocate(bytes.length + 1).put(bytes).put((byte) 2).array();

        assertThat(deserializer.deserialize("fleet.commands", longer)).isEqualTo(Samples.command());
    }

    @Test
    void aRecordOfThisNameInAnotherNamespaceIsRejectedWithTheNameToUse() {
        Schema own = Samples.command().getSchema();
        Schema other = parse(own.toString().replaceFirst("io.fleetcommand.model", "com.acme"));

        assertThatThrownBy(() -> deserializer.deserialize(
                        "fleet.commands", wire(registered(other), own, generic(Samples.command()))))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessageContaining("no class of this program can hold com.acme.DeviceCommand")
                .hasMessageEndingWith("if it is meant as DeviceCommand, name it io.fleetcommand.model.DeviceCommand");
    }

    /** The command's schema with another type for one field. */
    private static Schema with(String field, String type) {
        try {
            JsonNode schema = JSON.readTree(Samples.command().getSchema().toString());
            for (JsonNode own : schema.path("fields")) {
                if (own.path("name").asText().equals(field)) {
                    ((ObjectNode) own).set("type", JSON.readTree(type));
                    ((ObjectNode) own).remove("default");
                }
            }
            return parse(schema.toString());
        } catch (JsonProcessingException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    private byte[] written(Schema schema, String field, Object value) {
        GenericData.Record filled = new GenericData.Record(schema);
        GenericRecord own = generic(Samples.command());
        schema.getFields().forEach(each -> filled.put(each.name(), own.get(each.name())));
        filled.put("created_at", MS);
        filled.put(field, generic(schema.getField(field).schema(), value));
        return wire(registered(schema), schema, filled);
    }

    private int registered(Schema schema) {
        return MockRegistries.at(registry).register("fleet.commands-value", schema);
    }

    private static Object generic(Schema schema, Object value) {
        if (schema.getType() == Schema.Type.ENUM) {
            return new GenericData.EnumSymbol(schema, value);
        }
        if (value instanceof byte[] bytes) {
            return schema.getType() == Schema.Type.FIXED
                    ? new GenericData.Fixed(schema, bytes)
                    : ByteBuffer.wrap(bytes);
        }
        return value;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Schema parse(String text) {
        return new Schema.Parser(NameValidator.NO_VALIDATION)
                .setValidateDefaults(false)
                .parse(text);
    }

    /** The same as generic data, which represents times as numbers. */
    static GenericRecord generic(SpecificRecord rec) {
        GenericData.Record generic = new GenericData.Record(rec.getSchema());
        for (Schema.Field field : rec.getSchema().getFields()) {
            Object value = rec.get(field.pos());
            generic.put(field.name(), value instanceof Instant time ? (Object) time.toEpochMilli() : value);
        }
        return generic;
    }

    static byte[] wire(int id, Schema schema, Object value) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(0);
            bytes.writeBytes(ByteBuffer.allocate(4).putInt(id).array());
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            new GenericDatumWriter<>(schema).write(value, encoder);
            encoder.flush();
            return bytes.toByteArray();
        } catch (IOException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }
}
