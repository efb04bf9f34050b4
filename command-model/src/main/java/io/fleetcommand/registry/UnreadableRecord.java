package io.fleetcommand.registry;

import org.apache.kafka.common.errors.SerializationException;

/** Bytes that are not a record in the wire format, or not one that the reader's schema can take. */
public final class UnreadableRecord extends SerializationException {
    private static final long serialVersionUID = 1L;

    UnreadableRecord(String message) {
        super(message);
    }

    UnreadableRecord(String message, Throwable cause) {
        super(message, cause);
    }
}
