package io.fleetcommand.registry;

import io.fleetcommand.model.Topics;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * How records of one writer's schema are read into the generated class of its name. No class is looked for by a name
 * that the writer chose: only the values of this system's topics can be read. Thread-safe.
 */
final class RecordFormat {
    private static final Map<String, Schema> READABLE = new Topics(Topics.DEFAULT_PREFIX)
            .schemas().values().stream().collect(Collectors.toMap(Schema::getFullName, Function.identity()));

    private final int id;
    private final Schema written;
    private final DatumReader<SpecificRecord> reader;

    private RecordFormat(int id, Schema written, Schema read) {
        this.id = id;
        this.written = written;
        this.reader = new SpecificDatumReader<>(written, read);
    }

    /** @throws UnreadableRecord if nothing that is written by the schema can be read, saying what the schema is */
    static RecordFormat of(int id, Schema written) {
        String type = written.getType() == Schema.Type.RECORD
                ? VisibleText.of(written.getFullName())
                : "an Avro " + written.getType().getName();
        if (!READABLE.containsKey(type)) {
            throw new UnreadableRecord("no class of this program can hold " + type + ", which the schema with id " + id
                    + " is; the value was meant for another topic");
        }
        SchemaSize.check(id, written);
        return new RecordFormat(id, written, READABLE.get(type));
    }

    /**
     * @param from where in the bytes the body begins
     * @throws UnreadableRecord if the body is not such a record
     */
    SpecificRecord read(byte[] bytes, int from) {
        try {
            BodyCheck.check(written, bytes, from);
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, from, bytes.length - from, null);
            return reader.read(null, decoder);
        } catch (MalformedBody | IOException | RuntimeException | StackOverflowError wrong) {
            throw new UnreadableRecord("the value is no " + written.getFullName() + " of schema " + id + ": "
                    + VisibleText.of(String.valueOf(wrong.getMessage())));
        }
    }
}
