package io.fleetcommand.registry;

import org.apache.kafka.common.errors.SerializationException;

/**
 * Thrown by {@link AvroDeserializer}, and by {@link AvroSerializer} for a schema that has to be registered already.
 * Says as a value what it means, so that no caller has to look at its message or its causes.
 */
public abstract sealed class RegistryException extends SerializationException
        permits RegistryUnavailable, UnknownSchema, UnreadableRecord {
    private static final long serialVersionUID = 1L;

    RegistryException(String message) {
        super(message);
    }

    RegistryException(String message, Throwable cause) {
        super(message, cause);
    }

    public abstract ReadFailure failure();
}
