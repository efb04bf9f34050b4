package io.fleetcommand.registry;

import org.apache.kafka.common.errors.SerializationException;

/**
 * Bytes that are not a record in the wire format, or not one that the reader's schema can take. Has no cause: an
 * {@link java.io.IOException} there would say that the registry is away.
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

    /** The same, of every record with that schema. */
    UnreadableRecord ofSchema() {
        return new UnreadableRecord(getMessage(), true);
    }

    /** Whether the schema is to blame: no record with it can be read, whatever its other bytes are. */
    public boolean isOfSchema() {
        return ofSchema;
    }

    /** None: there may be many, and the message says it all. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
