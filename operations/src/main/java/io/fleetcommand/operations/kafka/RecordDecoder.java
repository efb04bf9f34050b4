package io.fleetcommand.operations.kafka;

import io.fleetcommand.registry.RegistryUnavailable;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Makes generated records of what topics hold, whoever wrote it: what cannot be read is counted and passed over. Not
 * safe for use by many threads.
 */
public final class RecordDecoder {
    private final Deserializer<Object> decoder;
    private long unreadable;

    public RecordDecoder(Deserializer<Object> decoder) {
        this.decoder = decoder;
    }

    /**
     * The value, if it is of the type; else it is counted as unreadable.
     *
     * @throws SerializationException if no schema registry answers: the record may be good
     */
    public <T> Optional<T> decode(ConsumerRecord<String, byte[]> record, Class<T> type) {
        Optional<T> decoded = read(record).filter(type::isInstance).map(type::cast);
        if (decoded.isEmpty()) {
            unreadable++;
        }
        return decoded;
    }

    private Optional<Object> read(ConsumerRecord<String, byte[]> record) {
        try {
            return Optional.ofNullable(decoder.deserialize(record.topic(), record.value()));
        } catch (RegistryUnavailable away) {
            throw away;
        } catch (RuntimeException notOurs) {
            return Optional.empty();
        }
    }

    /** How many were passed over so far. */
    public long unreadable() {
        return unreadable;
    }
}
