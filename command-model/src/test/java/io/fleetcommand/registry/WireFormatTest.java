package io.fleetcommand.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Guarantee;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormatTest {
    private static final String TOPIC = "fleet.commands";

    private final String registry = "mock://" + UUID.randomUUID();
    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroDeserializer deserializer = new AvroDeserializer();

    @BeforeEach
    void configure() {
        serializer.configure(Map.of("schema.registry.url", registry), false);
        deserializer.configure(Map.of("schema.registry.url", registry), false);
    }

    static List<SpecificRecord> everyRecord() {
        return Samples.all();
    }

    @ParameterizedTest
    @MethodSource("everyRecord")
    void everyRecordRoundTrips(SpecificRecord rec) {
        assertThat(deserializer.deserialize(TOPIC, serializer.serialize(TOPIC, rec)))
                .isEqualTo(rec);
    }

    @Test
    void theBytesBeginWithAZeroAndTheSchemaIdInFourBytes() {
        byte[] bytes = serializer.serialize(TOPIC, Samples.command());
        int id = MockRegistries.at(registry)
                .lookUp(TOPIC + "-value", Samples.command().getSchema());

        assertThat(bytes[0]).isZero();
        assertThat(ByteBuffer.wrap(bytes, 1, 4).getInt()).isEqualTo(id);
    }

    @Test
    void keysAndValuesHaveTheirOwnSubjects() {
        AvroSerializer keys = new AvroSerializer();
        keys.configure(Map.of("schema.registry.url", registry), true);
        keys.serialize(TOPIC, Samples.command());

        assertThat(MockRegistries.at(registry)
                        .lookUp(TOPIC + "-key", Samples.command().getSchema()))
                .isPositive();
    }

    @Test
    void nullIsWrittenAndReadAsNull() {
        assertThat(serializer.serialize(TOPIC, null)).isNull();
        assertThat(deserializer.deserialize(TOPIC, null)).isNull();
    }

    @Test
    void aValueThatIsNoAvroRecordIsRejectedByType() {
        assertThatThrownBy(() -> serializer.serialize(TOPIC, "on"))
                .isInstanceOf(SerializationException.class)
                .hasMessage("only generated Avro records can be written to fleet.commands, not java.lang.String");
    }

    @Test
    void aRecordWithAMissingFieldIsRejectedByFieldName() {
        DeviceCommand noFunction = new DeviceCommand();

        assertThatThrownBy(() -> serializer.serialize(TOPIC, noFunction))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("a DeviceCommand for fleet.commands cannot be written");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void fewerBytesThanTheHeaderAreNoRecord(int length) {
        assertThatThrownBy(() -> deserializer.deserialize(TOPIC, new byte[length]))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessageContaining("not in the Confluent wire format: " + length + " bytes");
    }

    @Test
    void anotherFirstByteIsNoRecord() {
        byte[] bytes = serializer.serialize(TOPIC, Samples.command());
        bytes[0] = 1;

        assertThatThrownBy(() -> deserializer.deserialize(TOPIC, bytes)).isInstanceOf(UnreadableRecord.class);
    }

    static Stream<Arguments> valuesInAnotherForm() {
        String apicurio = "set apicurio.registry.headers.enabled=false, apicurio.registry.id-handler="
                + "io.apicurio.registry.serde.Legacy4ByteIdHandler and apicurio.registry.use-id=contentId in the writer";
        byte[] plain = {6, 'c', '-', '1', 0};
        return Stream.of(
                arguments(
                        "",
                        new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 7, 6, 'c'},
                        "eight bytes, as Apicurio's serde writes it; " + apicurio),
                arguments("apicurio.value.globalId", plain, "into the header apicurio.value.globalId; " + apicurio),
                arguments("apicurio.value.contentId", plain, apicurio),
                arguments("apicurio.value.contentHash", plain, apicurio),
                arguments("apicurio.value.encoding", plain, "5 bytes that do not begin with a zero"),
                arguments(
                        "__value_schema_id",
                        plain,
                        "its schema id stands in the header __value_schema_id; set value.schema.id.serializer="
                                + "io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer"),
                arguments("", "{\"request_id\":\"c-1\"}".getBytes(UTF_8), "it is JSON text; write Avro"),
                arguments("", " \r\n[1]".getBytes(UTF_8), "it is JSON text; write Avro"),
                arguments("", "\"text\"".getBytes(UTF_8), "it is JSON text; write Avro"),
                arguments("", "\"".getBytes(UTF_8), "1 bytes that do not begin"),
                arguments("", new byte[] {'O', 'b', 'j', 1, 0}, "it is an Avro file"),
                arguments("", new byte[] {(byte) 0xC3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6}, "Avro's single-object form"),
                arguments("", Arrays.copyOf(new byte[] {3, 0}, 30), "AWS Glue's serde"),
                arguments("", new byte[] {0, 0, 0, 0, 0, 6}, "no registry gives the schema id 0"),
                arguments("", new byte[] {0, -1, -1, -1, -1, 6}, "no registry gives the schema id -1"));
    }

    @ParameterizedTest
    @MethodSource("valuesInAnotherForm")
    void aValueInAnotherFormatIsRejectedWithTheSettingsToChange(String header, byte[] value, String why) {
        RecordHeaders headers = new RecordHeaders();
        if (!header.isEmpty()) {
            headers.add(header, new byte[] {0, 0, 0, 0, 0, 0, 0, 7});
        }

        assertThatThrownBy(() -> deserializer.deserialize(TOPIC, headers, value))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessageStartingWith("the value is not in the Confluent wire format: ")
                .hasMessageContaining(why)
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(500));
    }

    @Test
    void aValidValueIsReadWhateverItsHeaders() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("apicurio.value.globalId", new byte[] {0, 0, 0, 0, 0, 0, 0, 7});
        headers.add("__value_schema_id", new byte[17]);

        assertThat(deserializer.deserialize(TOPIC, headers, serializer.serialize(TOPIC, Samples.command())))
                .isEqualTo(Samples.command());
    }

    @Test
    void anIdThatTheRegistryDoesNotKnowIsAnUnknownSchema() {
        byte[] bytes = serializer.serialize(TOPIC, Samples.command());
        ByteBuffer.wrap(bytes).putInt(1, 99);

        assertThatThrownBy(() -> deserializer.deserialize(TOPIC, bytes))
                .isInstanceOf(UnknownSchema.class)
                .hasMessageContaining("99");
    }

    @Test
    void aBodyTruncatedAnywhereIsNoRecord() {
        byte[] bytes = serializer.serialize(TOPIC, Samples.command());

        for (int length = 5; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> deserializer.deserialize(TOPIC, cut))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(UnreadableRecord.class);
        }
    }

    @Test
    void bytesAfterTheBodyAreNoRecord() {
        byte[] bytes = serializer.serialize(TOPIC, Samples.command());

        assertThatThrownBy(() -> deserializer.deserialize(TOPIC, Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessageContaining("bytes behind the record");
    }

    @Test
    void anUnknownRecordTypeIsNamedInTheException() throws IOException {
        Schema foreign = SchemaBuilder.record("elsewhere.Order")
                .fields()
                .requiredString("sku")
                .endRecord();
        byte[] bytes = written(foreign, new GenericData.Record(foreign), "sku", "s-1");

        assertThatThrownBy(() -> deserializer.deserialize(TOPIC, bytes))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessageContaining("elsewhere.Order");
    }

    @Test
    void aRecordOfANewerWriterIsReadWithoutItsUnknownFields() throws IOException {
        Schema newer =
                withField(Samples.command().getSchema(), "{\"name\":\"wave\",\"type\":\"string\",\"default\":\"\"}");
        newer = withSymbol(newer, "EXACTLY_ONCE");
        GenericData.Record rec = new GenericData.Record(newer);
        for (Schema.Field field : Samples.command().getSchema().getFields()) {
            rec.put(field.name(), value(Samples.command().get(field.pos())));
        }
        rec.put(
                "guarantee",
                new GenericData.EnumSymbol(newer.getField("guarantee").schema(), "AT_MOST_ONCE"));
        byte[] bytes = written(newer, rec, "wave", "spring");

        DeviceCommand read = (DeviceCommand) deserializer.deserialize(TOPIC, bytes);

        assertThat(read).isEqualTo(Samples.command());
        assertThat(read.getGuarantee()).isEqualTo(Guarantee.AT_MOST_ONCE);
    }

    @Test
    void withoutAutoRegistrationAnUnregisteredSchemaIsRejected() {
        AvroSerializer strict = new AvroSerializer();
        strict.configure(Map.of("schema.registry.url", registry, "auto.register.schemas", "false"), false);

        assertThatThrownBy(() -> strict.serialize(TOPIC, Samples.command()))
                .isInstanceOf(UnknownSchema.class)
                .hasMessageContaining(
                        "io.fleetcommand.model.DeviceCommand is not registered under fleet.commands-value");

        byte[] bytes = serializer.serialize(TOPIC, Samples.command());
        assertThat(strict.serialize(TOPIC, Samples.command())).isEqualTo(bytes);
    }

    private byte[] written(Schema schema, GenericData.Record rec, String field, Object value) throws IOException {
        rec.put(field, value);
        int id = MockRegistries.at(registry).register(TOPIC + "-value", schema);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0);
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(schema).write(rec, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    /** Generic data represents times as numbers. */
    private static Object value(Object field) {
        return field instanceof java.time.Instant time ? (Object) time.toEpochMilli() : field;
    }

    private static Schema withField(Schema schema, String field) {
        String json = schema.toString();
        int end = json.lastIndexOf("]");
        return new Schema.Parser().parse(json.substring(0, end) + "," + field + json.substring(end));
    }

    private static Schema withSymbol(Schema schema, String symbol) {
        return new Schema.Parser()
                .parse(schema.toString().replace("\"AT_MOST_ONCE\"", "\"AT_MOST_ONCE\",\"" + symbol + "\""));
    }
}
