package io.fleetcommand.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.io.ResolvingDecoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/** Reads a record and converts its fields by {@link FieldConversion}. Exceptions name the field. Thread-safe. */
final class AdaptingReader extends SpecificDatumReader<SpecificRecord> {
    private static final SpecificData DATA = new SpecificData();

    static {
        // Avro's fast reader does not call readField.
        DATA.setFastReaderEnabled(false);
        DATA.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    }

    /** By field of the reader's schema. */
    private final Map<Schema.Field, FieldConversion> conversions;

    private AdaptingReader(Schema written, Schema read, Map<Schema.Field, FieldConversion> conversions) {
        super(written, read, DATA);
        this.conversions = conversions;
    }

    /**
     * @param written the writer's schema of a record
     * @param read this system's schema of that name
     * @throws UnreadableRecord if no record of the writer's schema can be read; the message says why
     */
    static AdaptingReader of(int id, Schema written, Schema read) {
        String missing = read.getFields().stream()
                .filter(field -> !field.hasDefaultValue() && written.getField(field.name()) == null)
                .map(Schema.Field::name)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw unreadable(id, read, "it is missing required fields: " + missing);
        }
        Map<Schema.Field, FieldConversion> conversions = new IdentityHashMap<>();
        List<Schema.Field> fields = new ArrayList<>();
        for (Schema.Field field : read.getFields()) {
            Optional<FieldConversion> conversion = conversion(id, read, field, written.getField(field.name()));
            Schema.Field own = conversion
                    .map(adapted -> new Schema.Field(field.name(), adapted.asRead()))
                    .orElseGet(() -> new Schema.Field(field, field.schema()));
            conversion.ifPresent(adapted -> conversions.put(own, adapted));
            fields.add(own);
        }
        return new AdaptingReader(
                written,
                conversions.isEmpty()
                        ? read
                        : Schema.createRecord(read.getName(), null, read.getNamespace(), false, fields),
                conversions);
    }

    private static Optional<FieldConversion> conversion(int id, Schema read, Schema.Field field, Schema.Field written) {
        try {
            return written == null ? Optional.empty() : FieldConversion.of(field, written.schema());
        } catch (UnreadableField failed) {
            throw unreadable(id, read, failed.getMessage());
        }
    }

    private static UnreadableRecord unreadable(int id, Schema read, String reason) {
        return new UnreadableRecord("the schema with id " + id + " is no " + read.getFullName() + ": " + reason);
    }

    @Override
    protected void readField(Object into, Schema.Field field, Object old, ResolvingDecoder in, Object state)
            throws IOException {
        FieldConversion conversion = conversions.get(field);
        try {
            if (conversion == null) {
                super.readField(into, field, old, in, state);
            } else {
                ((SpecificRecord) into).put(field.pos(), value(conversion, in));
            }
        } catch (RuntimeException failed) {
            throw new AvroTypeException("its field " + field.name() + ": " + failed.getMessage(), failed);
        }
    }

    private Object value(FieldConversion conversion, ResolvingDecoder in) throws IOException {
        Object read = readWithoutConversion(null, conversion.asRead(), in);
        if (read != null || conversion.field().schema().isNullable()) {
            return conversion.valueOf(read);
        }
        if (!conversion.field().hasDefaultValue()) {
            throw new AvroTypeException("it is null, and must be given");
        }
        return getData().getDefaultValue(conversion.field());
    }
}
