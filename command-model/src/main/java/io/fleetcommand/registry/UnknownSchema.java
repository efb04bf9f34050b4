package io.fleetcommand.registry;

/** Thrown if no configured registry has a schema. The message contains the registry's error code. */
public final class UnknownSchema extends RegistryException {
    private static final long serialVersionUID = 1L;

    private final int errorCode;

    UnknownSchema(String message, int errorCode) {
        super(message);
        this.errorCode = errorCode;
    }

    @Override
    public ReadFailure failure() {
        return ReadFailure.UNKNOWN_SCHEMA;
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
