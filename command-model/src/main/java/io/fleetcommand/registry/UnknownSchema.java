package io.fleetcommand.registry;

import org.apache.kafka.common.errors.SerializationException;

/** The registry does not know a schema. Its message holds the registry's error code. */
public final class UnknownSchema extends SerializationException {
    private static final long serialVersionUID = 1L;

    UnknownSchema(String message) {
        super(message);
    }

    UnknownSchema(String message, Throwable cause) {
        super(message, cause);
    }
}
