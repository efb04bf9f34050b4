package io.fleetcommand.registry;

import java.util.List;
import org.apache.avro.Schema;

/**
 * Validates an Avro body against its writer's schema before it is decoded. Avro's decoder allocates what a length
 * claims, loops as often as a count claims, and recurses as deep as the schema. This check allocates nothing, reads
 * each byte once, and rejects claims beyond the end of the bytes. Text that is not UTF-8 passes, and contains U+FFFD
 * after decoding: a reader that rejects it by that character can still tell whose record it is. Confined to one thread.
 */
final class BodyCheck {
    /** Maximum nesting of values; the records of this system nest less than ten deep. */
    static final int MAX_DEPTH = 64;

    /** A body may have four values per byte and this many more, as values such as null take no bytes. */
    private static final long SPARE_VALUES = 10_000;

    private static final int MAX_INT_BYTES = 5;
    private static final int MAX_LONG_BYTES = 10;

    private final byte[] bytes;
    private int position;
    private long valuesLeft;

    private BodyCheck(byte[] bytes, int from) {
        this.bytes = bytes;
        this.position = from;
        this.valuesLeft = 4L * (bytes.length - from) + SPARE_VALUES;
    }

    /**
     * @param written the schema of the body
     * @param from where in the bytes the body begins
     * @throws MalformedBody if the bytes from there to the end are not exactly one such value
     */
    static void check(Schema written, byte[] bytes, int from) throws MalformedBody {
        BodyCheck check = new BodyCheck(bytes, from);
        check.value(written, 0);
        if (check.position != bytes.length) {
            throw check.malformed((bytes.length - check.position) + " bytes behind the record");
        }
    }

    private void value(Schema schema, int depth) throws MalformedBody {
        if (depth > MAX_DEPTH) {
            throw malformed("values nested more than " + MAX_DEPTH + " deep");
        }
        if (--valuesLeft < 0) {
            throw malformed("too many values for its length");
        }
        switch (schema.getType()) {
            case NULL -> {}
            case BOOLEAN -> skip(1);
            case INT -> readVarint(MAX_INT_BYTES);
            case LONG -> readVarint(MAX_LONG_BYTES);
            case FLOAT -> skip(Float.BYTES);
            case DOUBLE -> skip(Double.BYTES);
            case FIXED -> skip(schema.getFixedSize());
            case STRING, BYTES -> skipText();
            case ENUM -> readIndex(schema.getEnumSymbols().size(), "symbol");
            case UNION -> {
                List<Schema> branches = schema.getTypes();
                value(branches.get(readIndex(branches.size(), "branch")), depth + 1);
            }
            case RECORD -> {
                List<Schema.Field> fields = schema.getFields();
                for (int i = 0; i < fields.size(); i++) {
                    value(fields.get(i).schema(), depth + 1);
                }
            }
            case ARRAY -> items(schema.getElementType(), false, depth + 1);
            case MAP -> items(schema.getValueType(), true, depth + 1);
        }
    }

    /** Blocks of items, each with its count, up to an empty block. A negative count is followed by the block's size. */
    private void items(Schema item, boolean keyed, int depth) throws MalformedBody {
        long count = readVarint(MAX_LONG_BYTES);
        while (count != 0) {
            int blockEnd = -1;
            if (count < 0) {
                count = -count;
                int size = checkedLength(readVarint(MAX_LONG_BYTES), "a block");
                blockEnd = position + size;
            }
            // Negating Long.MIN_VALUE leaves it negative.
            if (count < 0 || count > valuesLeft) {
                throw malformed("a sequence that claims " + Long.toUnsignedString(count) + " items");
            }
            for (long i = 0; i < count; i++) {
                if (keyed) {
                    skipText();
                }
                value(item, depth);
            }
            if (blockEnd >= 0 && blockEnd != position) {
                throw malformed("a block whose size is not that of its items");
            }
            count = readVarint(MAX_LONG_BYTES);
        }
    }

    private void skipText() throws MalformedBody {
        int length = checkedLength(readVarint(MAX_LONG_BYTES), "a text");
        position += length;
    }

    private int checkedLength(long claimed, String what) throws MalformedBody {
        if (claimed < 0 || claimed > bytes.length - position) {
            throw malformed(
                    what + " that claims " + claimed + " bytes, where " + (bytes.length - position) + " are left");
        }
        return (int) claimed;
    }

    private void skip(int length) throws MalformedBody {
        position += checkedLength(length, "a value");
    }

    private int readIndex(int size, String what) throws MalformedBody {
        long index = readVarint(MAX_INT_BYTES);
        if (index < 0 || index >= size) {
            throw malformed("a " + what + " of number " + index + ", where there are " + size);
        }
        return (int) index;
    }

    /** A zigzag varint, with seven bits in each byte. */
    private long readVarint(int maxBytes) throws MalformedBody {
        long zigzag = 0;
        for (int i = 0; i < maxBytes; i++) {
            if (position == bytes.length) {
                throw malformed("too few bytes");
            }
            byte next = bytes[position++];
            zigzag |= (next & 0x7FL) << 7 * i;
            if (next >= 0) {
                return maxBytes == MAX_INT_BYTES ? decodedInt((int) zigzag) : (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw malformed("a number of more than " + maxBytes + " bytes");
    }

    /** Decodes an int as Avro does, which drops the bits beyond 32. */
    private static int decodedInt(int zigzag) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    private MalformedBody malformed(String what) {
        return new MalformedBody(what + ", at byte " + position);
    }
}
