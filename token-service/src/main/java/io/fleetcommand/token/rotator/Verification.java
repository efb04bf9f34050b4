package io.fleetcommand.token.rotator;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The outcome of verifying a token at the cloud. */
public sealed interface Verification {
    /** @param expiresAt the token's expiry; empty if the cloud did not state it */
    record Accepted(Optional<Instant> expiresAt) implements Verification {
        public Accepted {
            Objects.requireNonNull(expiresAt);
        }
    }

    /** The cloud rejects the token. */
    record Rejected(String reason) implements Verification {}

    /** The cloud could not be reached, or its response says nothing of the token. */
    record Unknown(String reason) implements Verification {}
}
