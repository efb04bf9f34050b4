package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestKey;

/** A record's value, or why its bytes are none. */
public sealed interface Decoded<T> {
    record Good<T>(T value) implements Decoded<T> {}

    /** @param key of the request that it is about, as far as it could be read */
    record Bad<T>(Reason reason, String detail, RequestKey key) implements Decoded<T> {
        Bad(Reason reason, String detail) {
            this(reason, detail, RequestKey.UNKNOWN);
        }
    }

    /** The schema registry has not said yet what the schema is: the record may be good, and waits. */
    record Pending<T>(int schemaId) implements Decoded<T> {}
}
