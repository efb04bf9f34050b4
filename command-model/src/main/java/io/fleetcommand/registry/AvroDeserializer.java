package io.fleetcommand.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads the Confluent wire format into the generated class of the schema's name, whatever version of the schema it was
 * written with.
 */
public final class AvroDeserializer implements Deserializer<Object> {
    private static final int HEADER_BYTES = 1 + Integer.BYTES;

    private SchemaRegistry registry;
    /** By schema id. Making one takes longer than using it; each may be used by many threads. */
    private final Map<Integer, DatumReader<SpecificRecord>> readers = CachingRegistry.bounded();

    @Override
    public void configure(Map<String, ?> given, boolean isKey) {
        registry = Registries.of(RegistrySettings.from(given));
    }

    /**
     * @throws UnreadableRecord if the bytes are not such a record
     * @throws UnknownSchema if the registry does not know the schema's id
     * @throws RegistryUnavailable if no registry answers: the bytes may be good
     */
    @Override
    public Object deserialize(String topic, byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        if (bytes.length < HEADER_BYTES || bytes[0] != AvroSerializer.MAGIC) {
            throw new UnreadableRecord("the value is not in the Confluent wire format: " + bytes.length
                    + " bytes that do not begin with a zero and a schema id");
        }
        int id = ByteBuffer.wrap(bytes).getInt(1);
        Schema written = registry.byId(id);
        try {
            return decode(bytes, reader(id, written));
        } catch (IOException | AvroRuntimeException | ClassCastException | IndexOutOfBoundsException wrong) {
            throw new UnreadableRecord(
                    "the value is no " + written.getFullName() + " of schema " + id + ": " + wrong.getMessage());
        }
    }

    private static Object decode(byte[] bytes, DatumReader<SpecificRecord> reader) throws IOException {
        BinaryDecoder decoder =
                DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
        SpecificRecord decoded = reader.read(null, decoder);
        if (!decoder.isEnd()) {
            throw new AvroRuntimeException("there are bytes behind the record");
        }
        return decoded;
    }

    private DatumReader<SpecificRecord> reader(int id, Schema written) {
        return readers.computeIfAbsent(id, none -> new SpecificDatumReader<>(written, readerSchema(written)));
    }

    private static Schema readerSchema(Schema written) {
        return Optional.ofNullable(SpecificData.get().getClass(written))
                .filter(SpecificRecord.class::isAssignableFrom)
                .map(type -> SpecificData.get().getSchema(type))
                .orElseThrow(() -> new UnreadableRecord(
                        "no class of this program can hold a " + written.getFullName() + ", which the value is"));
    }
}
