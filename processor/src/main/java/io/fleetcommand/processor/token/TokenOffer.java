package io.fleetcommand.processor.token;

import io.fleetcommand.service.AccessToken;
import java.time.Instant;
import java.util.Optional;

/**
 * A token with its end.
 *
 * @param expiresAt empty if it does not end by itself
 */
record TokenOffer(AccessToken token, Optional<Instant> expiresAt) {
    boolean isUsableAt(Instant now) {
        return expiresAt.map(now::isBefore).orElse(true);
    }

    /** Whether this one was made after another. */
    boolean isNewerThan(long version) {
        return token.version() > version;
    }
}
