package io.fleetcommand.registry;

import org.apache.kafka.common.errors.SerializationException;

/** No registry answered in time; the bytes may be good. The cause is an {@link java.io.IOException}. */
public final class RegistryUnavailable extends SerializationException {
    private static final long serialVersionUID = 1L;

    RegistryUnavailable(String message) {
        super(message);
    }

    RegistryUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
