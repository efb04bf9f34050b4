package io.fleetcommand.processor.token;

import io.fleetcommand.service.AccessToken;
import java.time.Instant;
import java.util.Optional;

/**
 * A token with its expiry.
 *
 * @param expiresAt empty if it does not expire
 */
record TokenOffer(AccessToken token, Optional<Instant> expiresAt) {
    boolean isUsableAt(Instant now) {
        return expiresAt.map(now::isBefore).orElse(true);
    }

    /** Whether this token was issued after the given version. */
    boolean isNewerThan(long version) {
        return token.version() > version;
    }
}
