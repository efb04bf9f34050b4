package io.fleetcommand.registry;

import io.fleetcommand.model.Topics;
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
 * How records of one writer's schema are read into the generated class of its name. A union at the root is read as the
 * record that the value is. No class is looked for by a name that the writer chose: only the values of this system's
 * topics can be read. Thread-safe.
 */
final class RecordFormat {
    private static final Map<String, Schema> READABLE = new Topics(Topics.DEFAULT_PREFIX)
            .schemas().values().stream().collect(Collectors.toMap(Schema::getFullName, Function.identity()));

    private final int id;
    private final Schema written;
    /** By the branches of a union; of any other schema the only one. Empty for what no class can hold. */
    private final List<Optional<AdaptingReader>> readers;

    private RecordFormat(int id, Schema written, List<Optional<AdaptingReader>> readers) {
        this.id = id;
        this.written = written;
        this.readers = readers;
    }

    /** @throws UnreadableRecord if nothing that is written by the schema can be read, saying what the schema is */
    static RecordFormat of(int id, Schema written) {
        List<Schema> kinds = written.isUnion() ? written.getTypes() : List.of(written);
        if (kinds.stream().noneMatch(RecordFormat::isReadable)) {
            throw new UnreadableRecord("no class of this program can hold " + kind(written)
                    + ", which the schema with id " + id + " is; " + remedy(kinds));
        }
        SchemaSize.check(id, written);
        return new RecordFormat(
                id,
                written,
                kinds.stream()
                        .map(kind -> isReadable(kind)
                                ? Optional.of(AdaptingReader.of(id, kind, READABLE.get(kind.getFullName())))
                                : Optional.<AdaptingReader>empty())
                        .toList());
    }

    /**
     * @param from where in the bytes the body begins
     * @throws UnreadableRecord if the body is not such a record
     */
    SpecificRecord read(byte[] bytes, int from) {
        try {
            BodyCheck.check(written, bytes, from);
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, from, bytes.length - from, null);
            return reader(written.isUnion() ? decoder.readIndex() : 0).read(null, decoder);
        } catch (MalformedBody | IOException | RuntimeException | StackOverflowError wrong) {
            throw new UnreadableRecord("the value is no " + (written.isUnion() ? "record" : kind(written))
                    + " of schema " + id + ": " + PrintableText.of(String.valueOf(wrong.getMessage())));
        }
    }

    private AdaptingReader reader(int kind) {
        return readers.get(kind)
                .orElseThrow(() -> new UnreadableRecord(
                        "it is " + kind(written.getTypes().get(kind)) + ", which no class of this program can hold"));
    }

    private static boolean isReadable(Schema kind) {
        return kind.getType() == Schema.Type.RECORD && READABLE.containsKey(kind.getFullName());
    }

    private static String kind(Schema schema) {
        return schema.getType() == Schema.Type.RECORD
                ? PrintableText.of(schema.getFullName())
                : "an Avro " + schema.getType().getName();
    }

    /** Avro tells records by their full names, and so do clients that generate classes. */
    private static String remedy(List<Schema> kinds) {
        return kinds.stream()
                .filter(kind -> kind.getType() == Schema.Type.RECORD)
                .flatMap(kind ->
                        READABLE.values().stream().filter(own -> own.getName().equals(kind.getName())))
                .findFirst()
                .map(own -> "if it is meant as " + own.getName() + ", name it " + own.getFullName())
                .orElse("the value was meant for another topic");
    }
}
