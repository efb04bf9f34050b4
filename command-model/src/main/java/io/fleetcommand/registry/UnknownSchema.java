package io.fleetcommand.registry;

import org.apache.kafka.common.errors.SerializationException;

/** Thrown if no configured registry has a schema. The message contains the registry's error code. */
public final class UnknownSchema extends SerializationException {
    private static final long serialVersionUID = 1L;

    private final int errorCode;

    UnknownSchema(String message, int errorCode) {
        super(message);
        this.errorCode = errorCode;
    }

    /** The registry's error code, such as 40403: schema not found. */
    public int errorCode() {
        return errorCode;
    }

    /** Records no stack trace: there may be many, and the message suffices. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
