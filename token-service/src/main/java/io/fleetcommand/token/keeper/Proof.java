package io.fleetcommand.token.keeper;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** What the cloud says of a token. */
public sealed interface Proof {
    /** @param expiresAt if it said when the token ends */
    record Accepted(Optional<Instant> expiresAt) implements Proof {
        public Accepted {
            Objects.requireNonNull(expiresAt);
        }
    }

    /** It does not accept it. */
    record Rejected(String why) implements Proof {}

    /** It could not be asked. */
    record Unknown(String why) implements Proof {}
}
