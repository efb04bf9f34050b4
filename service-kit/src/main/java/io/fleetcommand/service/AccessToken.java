package io.fleetcommand.service;

import java.util.Objects;

/**
 * The access token for calls to the device cloud.
 *
 * @param version increases with every new token; identifies the token where its value must not be shown
 */
public record AccessToken(long version, Secret value) {
    public AccessToken {
        Objects.requireNonNull(value);
    }
}
