package io.fleetcommand.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fleetcommand.model.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies with false lengths and counts, and schemas that were registered with malicious intent. */
class HostileSchemaTest {
    private static final String TOPIC = "fleet.cancellations";
    static final AtomicBoolean LOADED = new AtomicBoolean();

    private final String registry = "mock://" + UUID.randomUUID();
    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroDeserializer deserializer = new AvroDeserializer();

    HostileSchemaTest() {
        serializer.configure(Map.of("schema.registry.url", registry), false);
        deserializer.configure(Map.of("schema.registry.url", registry), false);
    }

    static Stream<Arguments> bodiesThatClaimMoreThanIsThere() {
        return Samples.all().stream()
                .map(rec -> rec.getSchema())
                .distinct()
                .flatMap(schema -> Stream.of(
                                bytes(0x80, 0x80, 0x80, 0x80, 0x10),
                                bytes(0xFE, 0xFF, 0xFF, 0xFF, 0x0F),
                                bytes(0x80, 0xA8, 0xD6, 0xB9, 0x07),
                                bytes(0x01),
                                bytes(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01),
                                bytes(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01),
                                bytes())
                        .map(body -> arguments(schema, body)));
    }

    @ParameterizedTest
    @MethodSource("bodiesThatClaimMoreThanIsThere")
    void aBodyWithAFalseLengthOrCountIsNoRecord(Schema schema, byte[] body) {
        assertUnreadable(schema, body, "the value is no " + schema.getFullName());
    }

    static Stream<Arguments> hostileFields() {
        String array = "{\"type\":\"array\",\"items\":%s}";
        String map = "{\"type\":\"map\",\"values\":%s}";
        String emptyRecord = "{\"type\":\"record\",\"name\":\"Empty\",\"fields\":[]}";
        String chain = "{\"type\":\"record\",\"name\":\"Node\",\"fields\":["
                + "{\"name\":\"next\",\"type\":[\"null\",\"Node\"]}]}";
        String endless = "{\"type\":\"record\",\"name\":\"Node\",\"fields\":[{\"name\":\"next\",\"type\":\"Node\"}]}";
        String most = "claims 4611686018427387904 items";
        byte[] huge = longs(1L << 62);
        return Stream.of(
                arguments(array.formatted("\"int\""), huge, most),
                arguments(array.formatted("\"null\""), huge, most),
                arguments(array.formatted(emptyRecord), huge, most),
                arguments(map.formatted("\"null\""), huge, most),
                arguments(array.formatted("\"null\""), longs(-(1L << 62), 0), most),
                arguments(array.formatted("\"null\""), longs(Long.MIN_VALUE, 0), "claims 9223372036854775808 items"),
                arguments(array.formatted("\"int\""), longs(-1, Long.MAX_VALUE), "a block that claims"),
                arguments(array.formatted("\"int\""), longs(-1, -5), "a block that claims"),
                arguments(array.formatted("\"int\""), longs(-1, 2, 1, 1, 0), "size is not that of its items"),
                arguments(array.formatted("\"null\""), longs(repeated(9_000, 5_000)), "items"),
                arguments(array.formatted(array.formatted("\"null\"")), longs(repeated(9_000, 500)), "items"),
                arguments(array.formatted(doubling(9)), longs(5_000, 0), "too many values for its length"),
                arguments("[\"null\",\"int\"]", longs(2), "a branch of number 2, where there are 2"),
                arguments("[\"null\",\"int\"]", longs(-1), "a branch of number -1"),
                arguments("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", longs(1), "a symbol of number 1"),
                arguments(
                        "{\"type\":\"fixed\",\"name\":\"F\",\"size\":2000000000}", longs(1), "claims 2000000000 bytes"),
                arguments("\"bytes\"", longs(1L << 40), "claims 1099511627776 bytes"),
                arguments("\"double\"", longs(1), "claims 8 bytes"),
                arguments("\"int\"", bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x01), "more than 5 bytes"),
                arguments(chain, longs(repeated(1, 100_000)), "nested more than 64 deep"),
                arguments(endless, longs(1), "nested more than 64 deep"),
                arguments(nestedArrays(70), longs(1), "is too large"),
                arguments(doubling(30), longs(1), "is too large"),
                arguments(many(20_000), longs(1), "is too large"));
    }

    @ParameterizedTest
    @MethodSource("hostileFields")
    void aFurtherFieldWithAFalseLengthOrCountIsNoRecord(String type, byte[] value, String why) throws IOException {
        assertUnreadable(cancellationWith("{\"name\":\"further\",\"type\":" + type + "}"), body(value), why);
    }

    @Test
    void validFurtherFieldsOfEveryTypeAreSkipped() throws IOException {
        String list = "{\"type\":\"array\",\"items\":[\"null\",{\"type\":\"map\",\"values\":\"bytes\"}]}";
        // A block of two with its size: null, a map of one; then one of one: null.
        byte[] value = bytes(0x03, 0x10, 0x00, 0x02, 0x02, 0x02, 'k', 0x02, 'v', 0x00, 0x02, 0x00, 0x00);

        assertThat(deserializer.deserialize(
                        TOPIC, wire(cancellationWith("{\"name\":\"further\",\"type\":" + list + "}"), body(value))))
                .isInstanceOf(Cancellation.class);
    }

    static Stream<Arguments> schemasOfOtherKinds() {
        return Stream.of(
                arguments(Schema.create(Schema.Type.STRING), "an Avro string"),
                arguments(Schema.createArray(Schema.create(Schema.Type.INT)), "an Avro array"),
                arguments(
                        SchemaBuilder.enumeration("io.fleetcommand.model.Reason")
                                .symbols("A"),
                        "an Avro enum"),
                arguments(Schema.createUnion(Schema.create(Schema.Type.NULL)), "an Avro union"),
                arguments(record("elsewhere.Order"), "elsewhere.Order"),
                arguments(record("io.fleetcommand.model.Claimed"), "io.fleetcommand.model.Claimed"),
                arguments(record("java.lang.Runtime"), "java.lang.Runtime"),
                arguments(record(LoadedByName.class.getName()), LoadedByName.class.getName()),
                arguments(
                        new Schema.Parser(NameValidator.NO_VALIDATION)
                                .parse("{\"type\":\"record\",\"name\":\"a\\u001b[2J\\nb\",\"fields\":[]}"),
                        "a\\u001B[2J\\nb"));
    }

    @ParameterizedTest
    @MethodSource("schemasOfOtherKinds")
    void aValueOfAnotherTypeIsRejectedByNameAndNoClassIsLoaded(Schema schema, String kind) {
        assertUnreadable(schema, bytes(0), "no class of this program can hold " + kind + ", which");
        assertThat(LOADED).isFalse();
    }

    @Test
    void aRecordWithTheWritersClassNamesIsReadIntoTheGeneratedClass() throws IOException {
        String evil = LoadedByName.class.getName();
        Schema schema =
                cancellationWith("{\"name\":\"further\",\"aliases\":[\"requester\"],\"type\":{\"type\":\"string\","
                        + "\"avro.java.string\":\"Utf8\",\"java-class\":\"" + evil + "\"}}");

        assertThat(deserializer.deserialize(TOPIC, wire(schema, body(bytes(0x02, 'x')))))
                .isInstanceOf(Cancellation.class);
        assertThat(LOADED).isFalse();
    }

    @Test
    void aRecordOfThisNameWithOtherFieldsIsRejectedWithAMessage() {
        assertUnreadable(record("io.fleetcommand.model.Cancellation"), bytes(), "missing required field");
    }

    private void assertUnreadable(Schema schema, byte[] body, String why) {
        byte[] value = wire(schema, body);
        // The first read also loads classes; a hang or excessive allocation would take far longer.
        assertTimeoutPreemptively(
                Duration.ofSeconds(2),
                () -> assertThatThrownBy(() -> deserializer.deserialize(TOPIC, value))
                        .isInstanceOf(UnreadableRecord.class)
                        .hasNoCause()
                        .hasMessageContaining(why)
                        .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(600)));
    }

    private byte[] wire(Schema schema, byte[] body) {
        int id = MockRegistries.at(registry).register(TOPIC + "-value", schema);
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }

    /** A valid cancellation with a further field. */
    private byte[] body(byte[] further) {
        byte[] good = serializer.serialize(
                TOPIC,
                Samples.all().stream()
                        .filter(Cancellation.class::isInstance)
                        .findFirst()
                        .orElseThrow());
        byte[] both = Arrays.copyOfRange(good, 5, good.length + further.length);
        System.arraycopy(further, 0, both, good.length - 5, further.length);
        return both;
    }

    private static Schema cancellationWith(String field) {
        String json = Cancellation.getClassSchema().toString();
        int end = json.lastIndexOf("]");
        return new Schema.Parser().parse(json.substring(0, end) + "," + field + json.substring(end));
    }

    private static Schema record(String name) {
        return SchemaBuilder.record(name).fields().endRecord();
    }

    private static String nestedArrays(int depth) {
        return "{\"type\":\"array\",\"items\":".repeat(depth) + "\"int\"" + "}".repeat(depth);
    }

    /** Each record has two of the previous one, so that each one doubles the expanded schema. */
    private static String doubling(int times) {
        String schema = "{\"type\":\"record\",\"name\":\"R0\",\"fields\":[]}";
        for (int i = 1; i <= times; i++) {
            schema = "{\"type\":\"record\",\"name\":\"R" + i + "\",\"fields\":[{\"name\":\"a\",\"type\":" + schema
                    + "},{\"name\":\"b\",\"type\":\"R" + (i - 1) + "\"}]}";
        }
        return schema;
    }

    private static String many(int fields) {
        StringBuilder schema = new StringBuilder("{\"type\":\"record\",\"name\":\"Wide\",\"fields\":[");
        for (int i = 0; i < fields; i++) {
            schema.append(i == 0 ? "" : ",").append("{\"name\":\"f").append(i).append("\",\"type\":\"null\"}");
        }
        return schema.append("]}").toString();
    }

    private static long[] repeated(long value, int times) {
        long[] all = new long[times];
        Arrays.fill(all, value);
        return all;
    }

    private static byte[] longs(long... values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            for (long value : values) {
                encoder.writeLong(value);
            }
            encoder.flush();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.toByteArray();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}

/** Records that it was loaded. */
final class LoadedByName {
    static {
        HostileSchemaTest.LOADED.set(true);
    }

    private LoadedByName() {}
}
