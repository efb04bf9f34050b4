package io.fleetcommand.registry;

import org.apache.kafka.common.errors.SerializationException;

/** Every registry that is configured says that it does not have a schema. The message repeats its error code. */
public final class UnknownSchema extends SerializationException {
    private static final long serialVersionUID = 1L;

    private final int errorCode;

    UnknownSchema(String message, int errorCode) {
        super(message);
        this.errorCode = errorCode;
    }

    /** The registry's own code, such as 40403: no schema with that id. */
    public int errorCode() {
        return errorCode;
    }

    /** None: there may be many, and the message says it all. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
