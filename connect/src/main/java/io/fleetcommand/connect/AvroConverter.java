package io.fleetcommand.connect;

import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.RegistryUnavailable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;

/**
 * Converts the flat records of our topics to rows for sinks. Its settings are those of {@link AvroDeserializer} with
 * the prefix {@code value.converter.}: {@code schema.registry.url} and its credentials.
 *
 * <p>The columns are those of this build's schema, whatever version a record was written with: missing fields of an
 * older record have their defaults, and further fields of a newer record are dropped until this jar is upgraded. So a
 * table changes only when its operator upgrades. Thread-safe.
 */
public final class AvroConverter implements Converter {
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final Map<org.apache.avro.Schema, Columns> columnsBySchema = new ConcurrentHashMap<>();

    @Override
    public ConfigDef config() {
        return new ConfigDef()
                .define(
                        "schema.registry.url",
                        ConfigDef.Type.STRING,
                        ConfigDef.Importance.HIGH,
                        "Schema registry URLs, separated by commas and tried in turn.");
    }

    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        deserializer.configure(settings, isKey);
    }

    /**
     * @throws RetriableException if no registry answers; the bytes may be valid
     * @throws DataException if the bytes are not a record that can be converted to a row
     */
    @Override
    public SchemaAndValue toConnectData(String topic, byte[] value) {
        if (value == null) {
            return SchemaAndValue.NULL;
        }
        IndexedRecord rec = read(topic, value);
        Columns columns = columnsBySchema.computeIfAbsent(rec.getSchema(), Columns::of);
        return new SchemaAndValue(columns.schema(), columns.row(rec));
    }

    private IndexedRecord read(String topic, byte[] value) {
        try {
            return (IndexedRecord) deserializer.deserialize(topic, value);
        } catch (RegistryUnavailable unavailable) {
            throw new RetriableException(unavailable.getMessage(), unavailable);
        } catch (SerializationException unreadable) {
            throw new DataException("a record of " + topic + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    /** Not supported: the topics are written by the processor and its callers, never by a source connector. */
    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
        throw new DataException("this converter only reads, for sinks; " + topic
                + " cannot be written through it. Publish with " + "io.fleetcommand.registry.AvroSerializer instead");
    }
}
