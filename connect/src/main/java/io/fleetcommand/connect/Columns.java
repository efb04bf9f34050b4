package io.fleetcommand.connect;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;

/**
 * Maps a flat Avro record type to columns: a nullable field becomes an optional column, {@code timestamp-millis}
 * becomes Connect's Timestamp, and an enum becomes its symbol as text. Immutable.
 *
 * @param schema schema of the rows, with the fields in the order of the record's
 */
record Columns(org.apache.kafka.connect.data.Schema schema) {

    /** @throws DataException if a field is not a single column; the message names it */
    static Columns of(Schema written) {
        SchemaBuilder row = SchemaBuilder.struct().name(written.getFullName());
        for (Schema.Field field : written.getFields()) {
            row.field(field.name(), column(written, field));
        }
        return new Columns(row.build());
    }

    Struct row(IndexedRecord rec) {
        Struct row = new Struct(schema);
        for (Field field : schema.fields()) {
            row.put(field, toConnectValue(rec.get(field.index())));
        }
        return row;
    }

    private static org.apache.kafka.connect.data.Schema column(Schema written, Schema.Field field) {
        Schema type = field.schema();
        boolean optional = type.isNullable();
        if (type.isUnion()) {
            List<Schema> kinds = type.getTypes().stream()
                    .filter(kind -> kind.getType() != Schema.Type.NULL)
                    .toList();
            if (kinds.size() != 1) {
                throw notFlat(written, field);
            }
            type = kinds.get(0);
        }
        SchemaBuilder column = switch (type.getType()) {
            case INT -> integer(type, SchemaBuilder.int32(), written, field);
            case LONG -> integer(type, SchemaBuilder.int64(), written, field);
            case FLOAT -> SchemaBuilder.float32();
            case DOUBLE -> SchemaBuilder.float64();
            case BOOLEAN -> SchemaBuilder.bool();
            case STRING, ENUM -> SchemaBuilder.string();
            case BYTES -> SchemaBuilder.bytes();
            default -> throw notFlat(written, field);
        };
        return optional ? column.optional().build() : column.build();
    }

    private static SchemaBuilder integer(Schema type, SchemaBuilder number, Schema written, Schema.Field field) {
        LogicalType logicalType = type.getLogicalType();
        if (logicalType == null) {
            return number;
        }
        if (logicalType instanceof LogicalTypes.TimestampMillis) {
            return Timestamp.builder();
        }
        throw notFlat(written, field);
    }

    /** Converts a value to Connect's class. */
    private static Object toConnectValue(Object value) {
        if (value instanceof Instant at) {
            return Date.from(at);
        }
        if (value instanceof Enum<?> symbol) {
            return symbol.name();
        }
        return value;
    }

    private static DataException notFlat(Schema written, Schema.Field field) {
        return new DataException(written.getFullName() + "." + field.name() + " cannot be one column: it is "
                + field.schema() + ". Sinks are fed from topics of flat records, such as variable-snapshots");
    }
}
