package io.fleetcommand.registry;

import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads the Confluent wire format into the generated class of the schema's name, whatever version of the schema it was
 * written with. Whatever the bytes are, it takes time and memory in proportion to their length, and gives a record or
 * one of the exceptions below. Thread-safe.
 */
public final class AvroDeserializer implements Deserializer<Object> {
    /** How many schemas are kept, those used last; for any other one the registry is asked. */
    public static final int MAX_SCHEMAS = RecordFormats.MAX_FORMATS;

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
        return deserialize(topic, new RecordHeaders(), bytes);
    }

    /** The same; from the headers it can be told why a writer's value has no schema id. */
    @Override
    public Object deserialize(String topic, Headers headers, byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        int id = WireFormat.schemaId(bytes).orElseThrow(() -> new UnreadableRecord(WireFormat.fault(headers, bytes)));
        return formats.byId(id).read(bytes, WireFormat.HEADER_BYTES);
    }
}
