package io.fleetcommand.registry;

import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Deserializes the {@linkplain WireFormat Confluent wire format} into the generated class of the schema's name,
 * whatever the writer's version of the schema. For any bytes, time and memory are proportional to their length, and the
 * outcome is a record or one of the exceptions below. Thread-safe once configured.
 */
public final class AvroDeserializer implements Deserializer<Object> {
    /** Maximum number of cached schemas; the least recently used are evicted. */
    public static final int MAX_SCHEMAS = RecordFormats.MAX_FORMATS;

    private RecordFormats formats;

    @Override
    public void configure(Map<String, ?> config, boolean isKey) {
        formats = new RecordFormats(Registries.of(RegistrySettings.from(config))::byId, System::nanoTime);
    }

    /**
     * @throws UnreadableRecord if the bytes are not a record of this system
     * @throws UnknownSchema if the registry does not know the schema's id
     * @throws RegistryUnavailable if no registry answers; the bytes may be valid
     */
    @Override
    public Object deserialize(String topic, byte[] bytes) {
        return deserialize(topic, new RecordHeaders(), bytes);
    }

    /** As above; the headers serve to explain why a value has no schema id. */
    @Override
    public Object deserialize(String topic, Headers headers, byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        int id = WireFormat.schemaId(bytes).orElseThrow(() -> new UnreadableRecord(WireFormat.fault(headers, bytes)));
        return formats.byId(id).read(bytes, WireFormat.HEADER_BYTES);
    }
}
