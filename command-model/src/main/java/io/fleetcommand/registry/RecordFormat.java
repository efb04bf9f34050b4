package io.fleetcommand.registry;

import io.fleetcommand.model.Topics;
import io.fleetcommand.text.VisibleText;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads records of one writer's schema into the generated class of the schema's name. A union at the root is read as
 * the record that the value is. Classes are never loaded by a name from the writer's schema: only the values of this
 * system's topics can be read. Thread-safe.
 */
final class RecordFormat {
    private static final Map<String, Schema> READABLE = new Topics(Topics.DEFAULT_PREFIX)
            .schemas().values().stream().distinct().collect(Collectors.toMap(Schema::getFullName, Function.identity()));

    private final int id;
    private final Schema written;
    /** By branch of a union; a single one for any other schema. Empty for a branch without a class. */
    private final List<Optional<AdaptingReader>> readers;

    private RecordFormat(int id, Schema written, List<Optional<AdaptingReader>> readers) {
        this.id = id;
        this.written = written;
        this.readers = readers;
    }

    /** @throws UnreadableRecord if no value of the schema can be read; the message says what the schema is */
    static RecordFormat of(int id, Schema written) {
        List<Schema> types = written.isUnion() ? written.getTypes() : List.of(written);
        if (types.stream().noneMatch(RecordFormat::isReadable)) {
            throw new UnreadableRecord("no class of this program can hold " + typeName(written)
                    + ", which the schema with id " + id + " is; " + remedy(types));
        }
        SchemaSize.check(id, written);
        return new RecordFormat(
                id,
                written,
                types.stream()
                        .map(type -> isReadable(type)
                                ? Optional.of(AdaptingReader.of(id, type, READABLE.get(type.getFullName())))
                                : Optional.<AdaptingReader>empty())
                        .toList());
    }

    /**
     * @param from offset of the body
     * @throws UnreadableRecord if the body does not conform to the schema
     */
    SpecificRecord read(byte[] bytes, int from) {
        try {
            BodyCheck.check(written, bytes, from);
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, from, bytes.length - from, null);
            return reader(written.isUnion() ? decoder.readIndex() : 0).read(null, decoder);
        } catch (MalformedBody | IOException | RuntimeException | StackOverflowError failed) {
            throw new UnreadableRecord("the value is no " + (written.isUnion() ? "record" : typeName(written))
                    + " of schema " + id + ": " + VisibleText.brief(String.valueOf(failed.getMessage())));
        }
    }

    private AdaptingReader reader(int branch) {
        return readers.get(branch)
                .orElseThrow(() -> new UnreadableRecord("it is "
                        + typeName(written.getTypes().get(branch)) + ", which no class of this program can hold"));
    }

    private static boolean isReadable(Schema type) {
        return type.getType() == Schema.Type.RECORD && READABLE.containsKey(type.getFullName());
    }

    private static String typeName(Schema schema) {
        return schema.getType() == Schema.Type.RECORD
                ? VisibleText.brief(schema.getFullName())
                : "an Avro " + schema.getType().getName();
    }

    /** Suggests the full name to use, by which Avro identifies records. */
    private static String remedy(List<Schema> types) {
        return types.stream()
                .filter(type -> type.getType() == Schema.Type.RECORD)
                .flatMap(type ->
                        READABLE.values().stream().filter(own -> own.getName().equals(type.getName())))
                .findFirst()
                .map(own -> "if it is meant as " + own.getName() + ", name it " + own.getFullName())
                .orElse("the value was meant for another topic");
    }
}
