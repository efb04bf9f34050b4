package io.fleetcommand.registry;

import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Limits the size of a writer's schema with each named type expanded wherever it is used, as Avro's resolver expands
 * it: a few lines of text that use each type twice can expand beyond any memory. Confined to one thread.
 */
final class SchemaSize {
    private static final int MAX_TYPES = 2_000;

    /** The names of the enclosing records. */
    private final Set<String> enclosing = new HashSet<>();

    private int types;

    private SchemaSize() {}

    /** @throws UnreadableRecord if the schema is too large or nested too deep */
    static void check(int id, Schema written) {
        new SchemaSize().count(id, written, 0);
    }

    private void count(int id, Schema schema, int depth) {
        types++;
        if (types > MAX_TYPES || depth > BodyCheck.MAX_DEPTH) {
            throw new UnreadableRecord("the schema with id " + id + " is too large: it has more than " + MAX_TYPES
                    + " types, or is nested more than " + BodyCheck.MAX_DEPTH + " deep");
        }
        switch (schema.getType()) {
            case UNION -> schema.getTypes().forEach(branch -> count(id, branch, depth + 1));
            case ARRAY -> count(id, schema.getElementType(), depth + 1);
            case MAP -> count(id, schema.getValueType(), depth + 1);
            case RECORD -> {
                if (enclosing.add(schema.getFullName())) {
                    schema.getFields().forEach(field -> count(id, field.schema(), depth + 1));
                    enclosing.remove(schema.getFullName());
                }
            }
            default -> {}
        }
    }
}
