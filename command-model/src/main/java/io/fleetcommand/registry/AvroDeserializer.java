package io.fleetcommand.registry;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads the Confluent wire format into the generated class of the schema's name, whatever version of the schema it was
 * written with. Whatever the bytes are, it takes time and memory in proportion to their length, and gives a record or
 * one of the exceptions below. Thread-safe.
 */
public final class AvroDeserializer implements Deserializer<Object> {
    private static final int HEADER_BYTES = 1 + Integer.BYTES;

    private RecordFormats formats;

    @Override
    public void configure(Map<String, ?> given, boolean isKey) {
        formats = new RecordFormats(Registries.of(RegistrySettings.from(given))::byId, System::nanoTime);
    }

    /**
     * @throws UnreadableRecord if the bytes are not a record of this system
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
        if (id < 0) {
            throw new UnreadableRecord("the value is not in the Confluent wire format: no registry gives the negative"
                    + " schema id " + id);
        }
        return formats.byId(id).read(bytes, HEADER_BYTES);
    }
}
