package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Reason;

/** A record's value, or why its bytes are none. */
sealed interface Decoded<T> {
    record Good<T>(T value) implements Decoded<T> {}

    record Bad<T>(Reason reason, String detail) implements Decoded<T> {}

    /** The schema registry has not said yet what the schema is: the record may be good, and waits. */
    record Pending<T>(int schemaId) implements Decoded<T> {}
}
