package io.fleetcommand.token;

import io.fleetcommand.service.AccessToken;
import java.time.Instant;
import java.util.Objects;

/**
 * A token that was proven to work.
 *
 * @param refreshAfter from when on it is to be replaced
 */
record HeldToken(AccessToken token, Instant expiresAt, Instant refreshAfter) {
    HeldToken {
        Objects.requireNonNull(token);
        Objects.requireNonNull(expiresAt);
        Objects.requireNonNull(refreshAfter);
    }
}
