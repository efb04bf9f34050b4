package io.fleetcommand.token.api;

import io.fleetcommand.service.Secret;
import java.util.List;
import java.util.Objects;

/**
 * Somebody who may call.
 *
 * @param secrets each of which is enough, so that one can be replaced while the other is still in use
 */
public record Caller(String name, Role role, List<Secret> secrets) {
    public Caller {
        Objects.requireNonNull(name);
        Objects.requireNonNull(role);
        secrets = List.copyOf(secrets);
    }
}
