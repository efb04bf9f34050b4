package io.fleetcommand.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/** Serializes generated records in the {@linkplain WireFormat Confluent wire format}. Thread-safe once configured. */
public final class AvroSerializer implements Serializer<Object> {
    private SchemaRegistry registry;
    private boolean autoRegister;
    private String subjectSuffix;

    /** Cached, as creating a writer is slower than using it. A writer is thread-safe. */
    private final Map<Schema, DatumWriter<SpecificRecord>> writers = new ConcurrentHashMap<>();

    @Override
    public void configure(Map<String, ?> config, boolean isKey) {
        RegistrySettings settings = RegistrySettings.from(config);
        registry = Registries.of(settings);
        autoRegister = settings.autoRegister();
        subjectSuffix = isKey ? "-key" : "-value";
    }

    /**
     * @throws RegistryUnavailable if no registry answers
     * @throws IncompatibleSchema if the registry rejects the record's schema
     * @throws SerializationException if the value is not a generated record, or one of its fields has a wrong type
     */
    @Override
    public byte[] serialize(String topic, Object value) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof SpecificRecord rec)) {
            throw new SerializationException("only generated Avro records can be written to " + topic + ", not "
                    + value.getClass().getName());
        }
        Schema schema = rec.getSchema();
        String subject = topic + subjectSuffix;
        int id = autoRegister ? registry.register(subject, schema) : registry.lookUp(subject, schema);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        bytes.write(WireFormat.MAGIC);
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            writers.computeIfAbsent(schema, written -> new SpecificDatumWriter<>(written))
                    .write(rec, encoder);
            encoder.flush();
        } catch (IOException | AvroRuntimeException | ClassCastException | NullPointerException failed) {
            throw new SerializationException(
                    "a " + schema.getName() + " for " + topic + " cannot be written: " + failed.getMessage(), failed);
        }
        return bytes.toByteArray();
    }
}
