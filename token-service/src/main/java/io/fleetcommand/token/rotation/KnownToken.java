package io.fleetcommand.token.rotation;

import io.fleetcommand.service.Secret;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A token that may be valid at the cloud. Immutable.
 *
 * @param owner name of the API user that owns the token, by which it is revoked; else empty
 * @param expiresAt empty if the token does not expire
 * @param due when the next step of the token is due; {@link TokenPhase} says which step
 */
public record KnownToken(
        long version,
        Secret value,
        String owner,
        Instant issuedAt,
        Optional<Instant> expiresAt,
        TokenPhase phase,
        Instant due) {
    public KnownToken {
        Objects.requireNonNull(value);
        Objects.requireNonNull(owner);
        Objects.requireNonNull(issuedAt);
        Objects.requireNonNull(expiresAt);
        Objects.requireNonNull(phase);
        Objects.requireNonNull(due);
    }

    /** Whether the token has not expired. */
    public boolean isValidAt(Instant now) {
        return expiresAt.map(now::isBefore).orElse(true);
    }

    boolean isDue(Instant now) {
        return !now.isBefore(due);
    }

    KnownToken withPhase(TokenPhase nextPhase, Instant nextDue) {
        return new KnownToken(version, value, owner, issuedAt, expiresAt, nextPhase, nextDue);
    }

    KnownToken withExpiry(Optional<Instant> expiry) {
        return new KnownToken(version, value, owner, issuedAt, expiry.or(() -> expiresAt), phase, due);
    }
}
