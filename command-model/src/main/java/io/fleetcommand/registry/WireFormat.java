package io.fleetcommand.registry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The Confluent wire format: a zero byte, the schema id in four bytes, the Avro body. For a value in another format,
 * the fault names the format, if it is recognized, and the writer's settings to change.
 */
public final class WireFormat {
    static final byte MAGIC = 0;
    static final int HEADER_BYTES = 1 + Integer.BYTES;

    private static final int MAX_JSON_PREFIX = 100;
    private static final int GLUE_HEADER_BYTES = 18;
    private static final String CONFLUENT_HEADER = "__value_schema_id";
    private static final String APICURIO_HEADER = "apicurio.value.";
    private static final String APICURIO_SETTINGS = "set apicurio.registry.headers.enabled=false,"
            + " apicurio.registry.id-handler=io.apicurio.registry.serde.Legacy4ByteIdHandler and"
            + " apicurio.registry.use-id=contentId in the writer";

    private WireFormat() {}

    /** The schema id of a value, at least 1; empty if the value is not in the wire format. */
    public static OptionalInt schemaId(byte[] value) {
        if (value.length < HEADER_BYTES || value[0] != MAGIC) {
            return OptionalInt.empty();
        }
        int id = ByteBuffer.wrap(value).getInt(1);
        return id > 0 ? OptionalInt.of(id) : OptionalInt.empty();
    }

    /** Describes to its writer what is wrong with a value without schema id. */
    public static String fault(Headers headers, byte[] value) {
        return "the value is not in the Confluent wire format: "
                + inHeaders(headers)
                        .or(() -> inAnotherFormat(value))
                        .orElseGet(() -> value.length + " bytes that do not begin with a zero and a schema id");
    }

    private static Optional<String> inHeaders(Headers headers) {
        if (headers.lastHeader(CONFLUENT_HEADER) != null) {
            return Optional.of("its schema id stands in the header " + CONFLUENT_HEADER
                    + "; set value.schema.id.serializer=io.confluent.kafka.serializers.schema.id."
                    + "PrefixSchemaIdSerializer in the writer (or the prefix serializer of its language)");
        }
        return StreamSupport.stream(headers.spliterator(), false)
                .map(Header::key)
                .filter(WireFormat::isApicurioSchemaHeader)
                .findFirst()
                .map(name -> "Apicurio's serde put its schema id into the header " + name + "; " + APICURIO_SETTINGS);
    }

    /** Apicurio's headers of the encoding and the message type also occur with the wire format, and do not count. */
    private static boolean isApicurioSchemaHeader(String name) {
        return switch (name) {
            case APICURIO_HEADER + "globalId",
                    APICURIO_HEADER + "contentId",
                    APICURIO_HEADER + "contentHash",
                    APICURIO_HEADER + "artifactId" -> true;
            default -> false;
        };
    }

    private static Optional<String> inAnotherFormat(byte[] value) {
        if (value.length >= 1 + Long.BYTES && startsWith(value, MAGIC, 0, 0, 0, 0)) {
            return Optional.of("its schema id takes eight bytes, as Apicurio's serde writes it; " + APICURIO_SETTINGS);
        }
        if (isJson(value)) {
            return Optional.of("it is JSON text; write Avro, by a serializer that knows the schema registry");
        }
        if (startsWith(value, 'O', 'b', 'j', 1)) {
            return Optional.of("it is an Avro file, which holds its schema; write one record in binary form, behind the"
                    + " id that the schema registry gave to its schema");
        }
        if (startsWith(value, 0xC3, 1)) {
            return Optional.of("it is in Avro's single-object form; write the id that the schema registry gave to the"
                    + " schema, in place of the fingerprint");
        }
        if (value.length > GLUE_HEADER_BYTES && (startsWith(value, 3, 0) || startsWith(value, 3, 5))) {
            return Optional.of("it is in the form of AWS Glue's serde; use a serializer of Confluent's form");
        }
        if (value.length >= HEADER_BYTES && value[0] == MAGIC) {
            return Optional.of(
                    "no registry gives the schema id " + ByteBuffer.wrap(value).getInt(1));
        }
        return Optional.empty();
    }

    /** Whether the value looks like a JSON object, array or string, possibly after white space. */
    private static boolean isJson(byte[] value) {
        String text =
                new String(value, 0, Math.min(value.length, MAX_JSON_PREFIX), StandardCharsets.ISO_8859_1).strip();
        return text.startsWith("{")
                || text.startsWith("[")
                || text.startsWith("\"") && value[value.length - 1] == '"' && value.length > 1;
    }

    private static boolean startsWith(byte[] value, int... first) {
        if (value.length < first.length) {
            return false;
        }
        for (int i = 0; i < first.length; i++) {
            if (value[i] != (byte) first[i]) {
                return false;
            }
        }
        return true;
    }
}
