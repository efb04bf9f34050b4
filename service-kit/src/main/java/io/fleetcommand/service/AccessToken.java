package io.fleetcommand.service;

import java.util.Objects;

/**
 * The one token with which the device cloud is called.
 *
 * @param version counts up with every new token; names the token where it must not be shown
 */
public record AccessToken(long version, Secret value) {
    public AccessToken {
        Objects.requireNonNull(value);
    }
}
