package io.fleetcommand.registry;

import org.apache.kafka.common.errors.SerializationException;

/**
 * Bytes that are not a record in the wire format, or not one that the reader's schema can take. Has no cause: an
 * {@link java.io.IOException} there would say that the registry is away.
 */
public final class UnreadableRecord extends SerializationException {
    private static final long serialVersionUID = 1L;

    UnreadableRecord(String message) {
        super(message);
    }

    /** None: there may be many, and the message says it all. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
