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
 * Gives sinks the flat records of our topics as rows. Settings are those of {@link AvroDeserializer}, after
 * {@code value.converter.}: {@code schema.registry.url} and how to log in there.
 *
 * <p>Columns are those of the schema that this build was made with, whatever version a record was written with: an
 * older record's missing fields have their defaults, and a newer record's further fields stay away until this jar is
 * replaced. So a table changes when its operator says so. Safe for use by many threads.
 */
public final class AvroConverter implements Converter {
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final Map<org.apache.avro.Schema, Columns> known = new ConcurrentHashMap<>();

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
     * @throws RetriableException if no registry answers: the bytes may be good
     * @throws DataException if the bytes are no record that can be a row
     */
    @Override
    public SchemaAndValue toConnectData(String topic, byte[] value) {
        if (value == null) {
            return SchemaAndValue.NULL;
        }
        IndexedRecord rec = read(topic, value);
        Columns columns = known.computeIfAbsent(rec.getSchema(), Columns::of);
        return new SchemaAndValue(columns.schema(), columns.row(rec));
    }

    private IndexedRecord read(String topic, byte[] value) {
        try {
            return (IndexedRecord) deserializer.deserialize(topic, value);
        } catch (RegistryUnavailable away) {
            throw new RetriableException(away.getMessage(), away);
        } catch (SerializationException wrong) {
            throw new DataException("a record of " + topic + " cannot be read: " + wrong.getMessage(), wrong);
        }
    }

    /** Refuses: the topics are written by the processor and its callers, never by a source connector. */
    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
        throw new DataException("this converter only reads, for sinks; " + topic
                + " cannot be written through it. Publish with " + "io.fleetcommand.registry.AvroSerializer instead");
    }
}
