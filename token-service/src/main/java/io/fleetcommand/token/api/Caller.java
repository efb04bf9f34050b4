package io.fleetcommand.token.api;

import io.fleetcommand.service.Secret;
import java.util.List;
import java.util.Objects;

/**
 * A client of the API.
 *
 * @param secrets any of which authenticates the caller, so that a secret can be rotated while the old one is in use
 */
public record Caller(String name, Role role, List<Secret> secrets) {
    public Caller {
        Objects.requireNonNull(name);
        Objects.requireNonNull(role);
        secrets = List.copyOf(secrets);
    }
}
