package io.fleetcommand.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Compatibility with the published schemas, frozen under {@code schemas/v1}: current readers must read old records, and
 * old readers must read current ones.
 */
class SchemaEvolutionTest {
    private static final List<Schema> VALUES =
            List.copyOf(new Topics(Topics.DEFAULT_PREFIX).schemas().values());
    private static final int RECORDS = 200;
    private static final long SEED = 20_260_101;

    @Test
    void everyTopicExceptTokenStateAndRepliesHasASchema() throws ReflectiveOperationException {
        Topics topics = new Topics("t.");
        List<String> names = new ArrayList<>();
        for (Method method : Topics.class.getDeclaredMethods()) {
            if (method.getReturnType() == String.class
                    && method.getParameterCount() == 0
                    && !List.of("prefix", "toString", "tokenState", "replies").contains(method.getName())) {
                names.add((String) method.invoke(topics));
            }
        }
        assertThat(topics.schemas().keySet()).containsExactlyInAnyOrderElementsOf(names);
    }

    @TestFactory
    Stream<DynamicTest> todaysClassesHoldTheBytesOfThen() {
        return VALUES.stream()
                .map(now -> DynamicTest.dynamicTest(now.getName(), () -> {
                    Schema then = frozen(now.getName());
                    for (Object written : new RandomData(then, RECORDS, SEED)) {
                        Object read = new SpecificDatumReader<>(then, now).read(null, decoder(bytes(then, written)));
                        assertThat(read).isInstanceOf(SpecificRecord.class);
                        assertAgree(generic(now, read), written, now);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> readersOfThenGetTheirFieldsFromTodaysBytes() {
        return VALUES.stream()
                .map(now -> DynamicTest.dynamicTest(now.getName(), () -> {
                    Schema then = frozen(now.getName());
                    for (Object written : new RandomData(now, RECORDS, SEED)) {
                        Object read = new GenericDatumReader<>(now, then).read(null, decoder(bytes(now, written)));
                        assertAgree(read, written, then);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> todaysReadersReadWhatWasWrittenThen() {
        return VALUES.stream()
                .map(now -> DynamicTest.dynamicTest(now.getName(), () -> assertReads(now, frozen(now.getName()))));
    }

    @TestFactory
    Stream<DynamicTest> readersOfThenReadWhatIsWrittenToday() {
        return VALUES.stream()
                .map(now -> DynamicTest.dynamicTest(now.getName(), () -> assertReads(frozen(now.getName()), now)));
    }

    @TestFactory
    Stream<DynamicTest> everyRecordAndFieldIsDocumented() {
        return VALUES.stream()
                .map(value -> DynamicTest.dynamicTest(
                        value.getName(), () -> assertThat(undocumented(value)).isEmpty()));
    }

    private static void assertReads(Schema reader, Schema writer) {
        SchemaCompatibility.SchemaPairCompatibility verdict =
                SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        assertThat(verdict.getType())
                .as(() -> verdict.getResult().getIncompatibilities().toString())
                .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    /** Asserts that the read value has the written one, wherever the reader has a field or symbol for it. */
    private static void assertAgree(Object read, Object written, Schema reader) {
        if (read instanceof IndexedRecord left && written instanceof IndexedRecord right) {
            for (Schema.Field field : left.getSchema().getFields()) {
                Schema.Field source = right.getSchema().getField(field.name());
                if (source != null) {
                    assertAgree(left.get(field.pos()), right.get(source.pos()), field.schema());
                }
            }
        } else if (read instanceof GenericEnumSymbol<?> symbol) {
            Schema known = symbol.getSchema();
            assertThat(symbol.toString())
                    .isEqualTo(known.hasEnumSymbol(written.toString()) ? written.toString() : known.getEnumDefault());
        } else {
            assertThat(read).as(reader.toString()).isEqualTo(written);
        }
    }

    private static Object generic(Schema now, Object specific) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<>(now).write(specific, encoder);
        encoder.flush();
        return new GenericDatumReader<>(now).read(null, decoder(bytes.toByteArray()));
    }

    private static byte[] bytes(Schema schema, Object written) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<>(schema).write(written, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static BinaryDecoder decoder(byte[] bytes) {
        return DecoderFactory.get().binaryDecoder(bytes, null);
    }

    private static Schema frozen(String name) throws IOException {
        try (InputStream file = SchemaEvolutionTest.class.getResourceAsStream("/schemas/v1/" + name + ".avsc")) {
            return new Schema.Parser().parse(file);
        }
    }

    private static List<String> undocumented(Schema schema) {
        List<String> found = new ArrayList<>();
        collect(schema, found, new ArrayList<>());
        return found;
    }

    private static void collect(Schema schema, List<String> found, List<String> seen) {
        switch (schema.getType()) {
            case UNION -> schema.getTypes().forEach(type -> collect(type, found, seen));
            case ENUM -> require(schema.getDoc(), schema.getFullName(), found);
            case RECORD -> {
                if (!seen.contains(schema.getFullName())) {
                    seen.add(schema.getFullName());
                    require(schema.getDoc(), schema.getFullName(), found);
                    for (Schema.Field field : schema.getFields()) {
                        require(field.doc(), schema.getName() + "." + field.name(), found);
                        collect(field.schema(), found, seen);
                    }
                }
            }
            default -> {}
        }
    }

    private static void require(String doc, String what, List<String> found) {
        if (doc == null || doc.isBlank()) {
            found.add(what);
        }
    }
}
