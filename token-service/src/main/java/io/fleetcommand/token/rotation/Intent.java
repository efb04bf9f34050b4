package io.fleetcommand.token.rotation;

import java.time.Instant;
import java.util.Objects;

/**
 * The intent to issue a token, stored before the request is sent. So a new leader knows that a token of that name may
 * exist, and that the cloud may have counted a failed attempt.
 *
 * @param version the version that the token will have
 * @param name unique; names what the request creates at the cloud, if that has a name
 */
public record Intent(long version, String name, Instant at) {
    public Intent {
        Objects.requireNonNull(name);
        Objects.requireNonNull(at);
    }
}
