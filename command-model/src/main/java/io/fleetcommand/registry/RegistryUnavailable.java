package io.fleetcommand.registry;

import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A registry that may have the answer did not give it in time: the bytes may be good. Asking again later may help. The
 * cause is always an {@link IOException}.
 */
public final class RegistryUnavailable extends SerializationException {
    private static final long serialVersionUID = 1L;

    RegistryUnavailable(String message, IOException cause) {
        super(message, cause);
    }
}
