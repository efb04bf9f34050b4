package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.request.Reason;
import java.util.function.Function;

/** Decodes the value of a record into one of the generated classes, or says why it cannot. Thread-safe. */
final class InboundDecoder {
    private final SchemaLookups schemas;

    /** @param schemas decodes the Confluent wire format into the generated classes */
    InboundDecoder(SchemaLookups schemas) {
        this.schemas = schemas;
    }

    /**
     * @param type the generated class that is expected
     * @param conversion from the generated class to the core's type
     */
    <A, T> Decoded<T> decode(InboundRecord inbound, Class<A> type, Function<A, Decoded<T>> conversion) {
        if (!inbound.hasValue()) {
            return new Decoded.Bad<>(Reason.NO_VALUE, "the record has no value");
        }
        if (inbound.isTooLong()) {
            return new Decoded.Bad<>(
                    Reason.OUT_OF_RANGE,
                    "the record has a key of " + inbound.key().length + " and a value of " + inbound.value().length
                            + " bytes, and headers of " + inbound.headerBytes() + "; at most "
                            + InboundRecord.MAX_BYTES
                            + " of key and value together, and as many of headers, are read");
        }
        Decoded<Object> decoded = schemas.read(inbound.topic(), inbound.headers(), inbound.value());
        if (decoded instanceof Decoded.Bad<Object> bad) {
            return new Decoded.Bad<>(bad.reason(), bad.detail());
        }
        if (decoded instanceof Decoded.Pending<Object> pending) {
            return new Decoded.Pending<>(pending.schemaId());
        }
        Object record = ((Decoded.Good<Object>) decoded).value();
        return type.isInstance(record)
                ? conversion.apply(type.cast(record))
                : new Decoded.Bad<>(
                        Reason.UNREADABLE,
                        "the value is a " + record.getClass().getSimpleName() + ", not a " + type.getSimpleName());
    }
}
