package io.fleetcommand.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The schemas that are out in the world, frozen under {@code schemas/v1}: today's readers must read them, and readers
 * of then must read today's records.
 */
class SchemaEvolutionTest {
    private static final List<Schema> VALUES = List.of(
            DeviceCommand.getClassSchema(),
            VariablePoll.getClassSchema(),
            Cancellation.getClassSchema(),
            CommandResult.getClassSchema(),
            PollResult.getClassSchema(),
            VariableSnapshot.getClassSchema(),
            FailedRequest.getClassSchema(),
            AttemptEvent.getClassSchema(),
            AuditRecord.getClassSchema());

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

    private static Schema frozen(String name) throws IOException {
        try (InputStream file = SchemaEvolutionTest.class.getResourceAsStream("/schemas/v1/" + name + ".avsc")) {
            return new Schema.Parser().parse(file);
        }
    }

    private static List<String> undocumented(Schema schema) {
        List<String> found = new ArrayList<>();
        gather(schema, found, new ArrayList<>());
        return found;
    }

    private static void gather(Schema schema, List<String> found, List<String> seen) {
        switch (schema.getType()) {
            case UNION -> schema.getTypes().forEach(type -> gather(type, found, seen));
            case ENUM -> require(schema.getDoc(), schema.getFullName(), found);
            case RECORD -> {
                if (!seen.contains(schema.getFullName())) {
                    seen.add(schema.getFullName());
                    require(schema.getDoc(), schema.getFullName(), found);
                    for (Schema.Field field : schema.getFields()) {
                        require(field.doc(), schema.getName() + "." + field.name(), found);
                        gather(field.schema(), found, seen);
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
