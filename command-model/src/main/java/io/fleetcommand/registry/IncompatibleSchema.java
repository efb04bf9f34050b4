package io.fleetcommand.registry;

import org.apache.kafka.common.errors.SerializationException;

/** The registry refused a schema. */
public final class IncompatibleSchema extends SerializationException {
    private static final long serialVersionUID = 1L;

    IncompatibleSchema(String message) {
        super(message);
    }
}
