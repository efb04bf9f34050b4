package io.fleetcommand.registry;

import java.io.IOException;

/**
 * Thrown if a registry that may have the schema did not respond in time. The bytes may be valid, so a later retry may
 * succeed. The cause is always an {@link IOException}.
 */
public final class RegistryUnavailable extends RegistryException {
    private static final long serialVersionUID = 1L;

    RegistryUnavailable(String message, IOException cause) {
        super(message, cause);
    }

    @Override
    public ReadFailure failure() {
        return ReadFailure.REGISTRY;
    }
}
