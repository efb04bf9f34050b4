package io.fleetcommand.registry;

import io.fleetcommand.text.VisibleText;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;

/**
 * The type that a writer's schema has for a field of this system. Avro matches physical types only: it would read
 * microseconds as milliseconds, and a decimal's bytes as text. So units of time are converted here, null is taken as a
 * missing field if the field has a default, and a type with another meaning is rejected. Immutable.
 *
 * @param field of this system
 * @param asRead the schema by which its value is read: a time as a plain number, and nullable if the writer's is
 * @param perMilli the writer's units of time per millisecond; 0 for a field that is not a time
 */
record FieldConversion(Schema.Field field, Schema asRead, long perMilli) {
    private static final Map<String, Long> PER_MILLI =
            Map.of("timestamp-millis", 1L, "timestamp-micros", 1_000L, "timestamp-nanos", 1_000_000L);

    /**
     * @param field of this system
     * @param written the writer's schema of it
     * @return empty if Avro reads it correctly without conversion
     * @throws UnreadableField if no value of the field can be read
     */
    static Optional<FieldConversion> of(Schema.Field field, Schema written) throws UnreadableField {
        Schema read = field.schema();
        Set<Long> units = new TreeSet<>();
        for (Schema from : branches(written)) {
            for (Schema to : branches(read)) {
                if (isTime(to) && isInteger(from)) {
                    units.add(perMilli(field.name(), from));
                } else {
                    checkMeaning(field.name(), from, to);
                }
            }
        }
        if (units.size() > 1) {
            throw new UnreadableField(field.name(), "is a union of times in different units; write timestamp-millis");
        }
        long perMilli = units.isEmpty() ? 0 : units.iterator().next();
        boolean readsNull = written.isNullable() && !read.isNullable();
        boolean isConverted = perMilli > 1 || readsNull;
        Schema asRead = isConverted ? adaptedSchema(read, readsNull) : read;
        if (!isResolvable(written, asRead)) {
            throw new UnreadableField(
                    field.name(), "is written as " + describe(written) + ", where " + describe(read) + " is read");
        }
        return isConverted ? Optional.of(new FieldConversion(field, asRead, perMilli)) : Optional.empty();
    }

    /** Converts a value that was read by {@link #asRead}; null stays null. */
    Object valueOf(Object read) {
        return perMilli > 0 && read instanceof Long time ? Instant.ofEpochMilli(Math.floorDiv(time, perMilli)) : read;
    }

    /** Checks that values have the same meaning; values nested in a field are not converted. */
    private static void checkMeaning(String name, Schema from, Schema to) throws UnreadableField {
        if (from.getType() == Schema.Type.RECORD && to.getType() == Schema.Type.RECORD) {
            for (Schema.Field field : to.getFields()) {
                Schema.Field written = from.getField(field.name());
                if (written != null) {
                    checkBranches(name + "." + field.name(), written.schema(), field.schema());
                }
            }
        } else if (from.getType() == Schema.Type.ARRAY && to.getType() == Schema.Type.ARRAY) {
            checkBranches(name, from.getElementType(), to.getElementType());
        } else if (from.getType() == Schema.Type.MAP && to.getType() == Schema.Type.MAP) {
            checkBranches(name, from.getValueType(), to.getValueType());
        } else if (isTime(to) && isInteger(from)) {
            if (perMilli(name, from) != 1) {
                throw new UnreadableField(name, "is written as " + describe(from) + "; write timestamp-millis");
            }
        } else if (meaning(from).isPresent() && !areStrings(from, to) && isConvertible(from, to)) {
            throw new UnreadableField(
                    name, "is written as " + describe(from) + ", which means something else than " + describe(to));
        }
    }

    private static void checkBranches(String name, Schema written, Schema read) throws UnreadableField {
        for (Schema from : branches(written)) {
            for (Schema to : branches(read)) {
                checkMeaning(name, from, to);
            }
        }
    }

    private static long perMilli(String name, Schema from) throws UnreadableField {
        Optional<String> meaning = meaning(from);
        Optional<Long> perMilli =
                meaning.map(unit -> Optional.ofNullable(PER_MILLI.get(unit))).orElse(Optional.of(1L));
        return perMilli.orElseThrow(() -> new UnreadableField(
                name, "is written as " + describe(from) + ", which names no instant; write timestamp-millis in UTC"));
    }

    /** The logical type in a schema, even if Avro does not know it or does not allow it on that type. */
    private static Optional<String> meaning(Schema schema) {
        return Optional.ofNullable(schema.getProp("logicalType"));
    }

    /** Whether both are strings, whatever logical type the writer gives to its own. */
    private static boolean areStrings(Schema from, Schema to) {
        return from.getType() == Schema.Type.STRING && to.getType() == Schema.Type.STRING;
    }

    private static boolean isConvertible(Schema from, Schema to) {
        return from.getType() == to.getType() || Resolver.Promote.isValid(from, to);
    }

    /** Whether at least one branch of the writer's type can be read; other values fail when they are read. */
    private static boolean isResolvable(Schema written, Schema read) {
        Resolver.Action action = Resolver.resolve(written, read);
        if (action instanceof Resolver.WriterUnion union) {
            for (Resolver.Action branch : union.actions) {
                if (branch.type != Resolver.Action.Type.ERROR) {
                    return true;
                }
            }
            return false;
        }
        return action.type != Resolver.Action.Type.ERROR;
    }

    private static Schema adaptedSchema(Schema read, boolean readsNull) {
        List<Schema> types = branches(read).stream()
                .map(type -> isTime(type) ? Schema.create(Schema.Type.LONG) : type)
                .collect(Collectors.toList());
        if (readsNull) {
            types.add(Schema.create(Schema.Type.NULL));
        }
        return types.size() == 1 ? types.get(0) : Schema.createUnion(types);
    }

    private static List<Schema> branches(Schema schema) {
        return schema.isUnion() ? schema.getTypes() : List.of(schema);
    }

    private static boolean isTime(Schema schema) {
        return schema.getLogicalType() instanceof LogicalTypes.TimestampMillis;
    }

    private static boolean isInteger(Schema schema) {
        return schema.getType() == Schema.Type.LONG || schema.getType() == Schema.Type.INT;
    }

    private static String describe(Schema schema) {
        return branches(schema).stream()
                .map(type -> VisibleText.brief(type.getFullName())
                        + meaning(type)
                                .map(name -> " (" + VisibleText.brief(name) + ")")
                                .orElse(""))
                .collect(Collectors.joining(" or "));
    }
}
