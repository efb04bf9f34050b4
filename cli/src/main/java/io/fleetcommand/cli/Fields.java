package io.fleetcommand.cli;

import io.fleetcommand.text.VisibleText;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * One record for people: a line for each field that says something, records within it further in. What a terminal would
 * obey is made visible.
 */
final class Fields {
    /** Above anything that the processor accepts. */
    private static final int LONGEST = 4_000;

    private Fields() {}

    static void print(SpecificRecord record, PrintWriter out) {
        print(record, "", out);
    }

    private static void print(SpecificRecord record, String indent, PrintWriter out) {
        for (Schema.Field field : record.getSchema().getFields()) {
            Object value = record.get(field.pos());
            if (value instanceof SpecificRecord inner) {
                out.println(indent + field.name());
                print(inner, indent + "  ", out);
            } else if (value instanceof ByteBuffer bytes) {
                out.printf("%s%-22s%d bytes%n", indent, field.name(), bytes.remaining());
            } else if (value != null && !value.toString().isEmpty()) {
                out.printf("%s%-22s%s%n", indent, field.name(), VisibleText.of(value.toString(), LONGEST));
            }
        }
    }
}
