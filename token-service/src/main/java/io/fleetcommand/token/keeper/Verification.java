package io.fleetcommand.token.keeper;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** What the cloud says of a token. */
public sealed interface Verification {
    /** @param expiresAt if it said when the token ends */
    record Accepted(Optional<Instant> expiresAt) implements Verification {
        public Accepted {
            Objects.requireNonNull(expiresAt);
        }
    }

    /** It does not accept it. */
    record Rejected(String reason) implements Verification {}

    /** It could not be asked. */
    record Unknown(String reason) implements Verification {}
}
