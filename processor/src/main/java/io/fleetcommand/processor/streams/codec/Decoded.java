package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestKey;

/** The result of decoding a record: its value, or why there is none. */
public sealed interface Decoded<T> {
    record Good<T>(T value) implements Decoded<T> {}

    /** @param key key of the request that the record is about, as far as it could be read */
    record Bad<T>(Reason reason, String detail, RequestKey key) implements Decoded<T> {
        Bad(Reason reason, String detail) {
            this(reason, detail, RequestKey.UNKNOWN);
        }
    }

    /** The schema is not known yet: the schema registry has not responded. The record may be valid, and is held. */
    record Pending<T>(int schemaId) implements Decoded<T> {}
}
