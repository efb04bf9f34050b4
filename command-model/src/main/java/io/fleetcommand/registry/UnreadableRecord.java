package io.fleetcommand.registry;

import org.apache.kafka.common.errors.SerializationException;

/**
 * Thrown if bytes are not in the wire format, or not a record that the reader's schema can read. Has no cause: an
 * {@link java.io.IOException} as cause would mean that the registry is unavailable.
 */
public final class UnreadableRecord extends SerializationException {
    private static final long serialVersionUID = 1L;

    private final boolean ofSchema;

    UnreadableRecord(String message) {
        this(message, false);
    }

    private UnreadableRecord(String message, boolean ofSchema) {
        super(message);
        this.ofSchema = ofSchema;
    }

    /** A copy that holds for every record with the schema. */
    UnreadableRecord ofSchema() {
        return new UnreadableRecord(getMessage(), true);
    }

    /** Whether the fault is in the schema, so that no record with it can be read. */
    public boolean isOfSchema() {
        return ofSchema;
    }

    /** Records no stack trace: there may be many, and the message suffices. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
