package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.DeviceRest;
import io.fleetcommand.processor.core.Observation;
import io.fleetcommand.processor.stored.StoredObservation;
import io.fleetcommand.processor.stored.StoredRest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * How values are kept in a state store: Avro single-object encoding, which names the schema it was written with.
 *
 * @param what what the values are, for people
 */
record StoredSerde<T>(String what, Encoding<T> encoding, Decoding<T> decoding) implements Serde<T> {
    static Serde<Observation> observations() {
        return new StoredSerde<>(
                "an observation",
                value -> new StoredObservation(Values.plain(value.value()), value.httpStatus(), value.observedAtMs())
                        .toByteBuffer(),
                bytes -> {
                    StoredObservation stored = StoredObservation.fromByteBuffer(bytes);
                    return new Observation(
                            Values.of(stored.getValue()), stored.getHttpStatus(), stored.getObservedAtMs());
                });
    }

    static Serde<DeviceRest> deviceRests() {
        return new StoredSerde<>(
                "a device's rest", rest -> new StoredRest(rest.failures(), rest.untilMs()).toByteBuffer(), bytes -> {
                    StoredRest stored = StoredRest.fromByteBuffer(bytes);
                    return new DeviceRest(stored.getFailures(), stored.getUntilMs());
                });
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
            ByteBuffer encoded = encoding.encode(value);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (IOException impossible) {
            throw new UncheckedIOException(what + " cannot be encoded", impossible);
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

    /** From a value to its stored form. */
    @FunctionalInterface
    interface Encoding<T> {
        ByteBuffer encode(T value) throws IOException;
    }

    /** From the stored form to the value. */
    @FunctionalInterface
    interface Decoding<T> {
        T decode(ByteBuffer bytes) throws IOException;
    }
}
