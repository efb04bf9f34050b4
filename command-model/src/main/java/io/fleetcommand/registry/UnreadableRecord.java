package io.fleetcommand.registry;

/** Thrown if bytes are not in the wire format, or not a record that the reader's schema can read. */
public final class UnreadableRecord extends RegistryException {
    private static final long serialVersionUID = 1L;

    private final ReadFailure failure;

    UnreadableRecord(String message) {
        this(message, ReadFailure.BYTES);
    }

    private UnreadableRecord(String message, ReadFailure failure) {
        super(message);
        this.failure = failure;
    }

    /** A copy that holds for every record with the schema. */
    UnreadableRecord ofSchema() {
        return new UnreadableRecord(getMessage(), ReadFailure.UNFIT_SCHEMA);
    }

    /** Whether the bytes are at fault, or the schema, so that no record with it can be read. */
    @Override
    public ReadFailure failure() {
        return failure;
    }

    /** Records no stack trace: there may be many, and the message suffices. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
