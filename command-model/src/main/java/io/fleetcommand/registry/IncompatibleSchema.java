package io.fleetcommand.registry;

import org.apache.kafka.common.errors.SerializationException;

/** Thrown if the registry rejects a schema. */
public final class IncompatibleSchema extends SerializationException {
    private static final long serialVersionUID = 1L;

    IncompatibleSchema(String message) {
        super(message);
    }
}
