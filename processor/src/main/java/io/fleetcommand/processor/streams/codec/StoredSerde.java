package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.ledger.DeviceBackoff;
import io.fleetcommand.processor.stored.StoredHeldRecord;
import io.fleetcommand.processor.stored.StoredObservation;
import io.fleetcommand.processor.stored.StoredRecordHeader;
import io.fleetcommand.processor.stored.StoredRest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Serde of values in a state store: Avro single-object encoding, which carries the fingerprint of the writer schema.
 *
 * @param what what the values are, for error messages
 */
public record StoredSerde<T>(String what, Encoding<T> encoding, Decoding<T> decoding) implements Serde<T> {
    static {
        // Stores and changelogs may hold readings written before the field note existed.
        StoredObservation.getDecoder().addSchema(new Schema.Parser().parse("""
                {"type": "record", "name": "StoredObservation", "namespace": "io.fleetcommand.processor.stored",
                 "fields": [{"name": "value", "type": ["null", "long", "double", "boolean", "string"]},
                            {"name": "http_status", "type": "int"}, {"name": "observed_at_ms", "type": "long"}]}"""));
    }

    public static Serde<CachedReading> readings() {
        return new StoredSerde<>(
                "a cached reading",
                value -> new StoredObservation(
                                Values.toAvro(value.value()), value.httpStatus(), value.observedAtMs(), value.note())
                        .toByteBuffer(),
                bytes -> {
                    StoredObservation stored = StoredObservation.fromByteBuffer(bytes);
                    return new CachedReading(
                            Values.of(stored.getValue()),
                            stored.getHttpStatus(),
                            stored.getObservedAtMs(),
                            stored.getNote());
                });
    }

    public static Serde<DeviceBackoff> deviceBackoffs() {
        return new StoredSerde<>(
                "a device's back-off",
                backoff -> new StoredRest(backoff.failures(), backoff.untilMs()).toByteBuffer(),
                bytes -> {
                    StoredRest stored = StoredRest.fromByteBuffer(bytes);
                    return new DeviceBackoff(stored.getFailures(), stored.getUntilMs());
                });
    }

    public static Serde<InboundRecord> heldRecords() {
        return new StoredSerde<>(
                "a held record",
                inbound -> stored(inbound).toByteBuffer(),
                bytes -> inbound(StoredHeldRecord.fromByteBuffer(bytes)));
    }

    private static StoredHeldRecord stored(InboundRecord inbound) {
        List<StoredRecordHeader> headers = new ArrayList<>();
        for (Header header : inbound.headers()) {
            headers.add(new StoredRecordHeader(
                    header.key(), header.value() == null ? null : ByteBuffer.wrap(header.value())));
        }
        return new StoredHeldRecord(
                inbound.topic(),
                inbound.partition(),
                inbound.offset(),
                ByteBuffer.wrap(inbound.key()),
                inbound.hasValue() ? ByteBuffer.wrap(inbound.value()) : null,
                headers);
    }

    private static InboundRecord inbound(StoredHeldRecord stored) {
        Headers headers = new RecordHeaders();
        stored.getHeaders()
                .forEach(header ->
                        headers.add(header.getName(), header.getValue() == null ? null : unwrapped(header.getValue())));
        ByteBuffer value = stored.getValue();
        return new InboundRecord(
                stored.getTopic(),
                stored.getPartition(),
                stored.getOffset(),
                unwrapped(stored.getKey()),
                value == null ? new byte[0] : unwrapped(value),
                value != null,
                headers);
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, value) -> value == null ? null : bytes(value);
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> bytes == null ? null : value(bytes);
    }

    private byte[] bytes(T value) {
        try {
            return unwrapped(encoding.encode(value));
        } catch (IOException failure) {
            throw new UncheckedIOException(what + " cannot be encoded", failure);
        }
    }

    private T value(byte[] bytes) {
        try {
            return decoding.decode(ByteBuffer.wrap(bytes));
        } catch (IOException | AvroRuntimeException unreadable) {
            throw new IllegalStateException(
                    what + " cannot be read: it was written by a newer version, or the store is damaged", unreadable);
        }
    }

    private static byte[] unwrapped(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** Encodes a value. */
    @FunctionalInterface
    interface Encoding<T> {
        ByteBuffer encode(T value) throws IOException;
    }

    /** Decodes a stored value. */
    @FunctionalInterface
    interface Decoding<T> {
        T decode(ByteBuffer bytes) throws IOException;
    }
}
