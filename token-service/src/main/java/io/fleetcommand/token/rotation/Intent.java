package io.fleetcommand.token.rotation;

import java.time.Instant;
import java.util.Objects;

/**
 * A token is about to be asked for. It is stored before the cloud is asked, so that whoever takes over knows that a
 * token of that name may exist, and that a failed attempt may have been counted.
 *
 * @param version that the token will have
 * @param name unique; names what the mint makes at the cloud, where that can be named
 */
public record Intent(long version, String name, Instant at) {
    public Intent {
        Objects.requireNonNull(name);
        Objects.requireNonNull(at);
    }
}
