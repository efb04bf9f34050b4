package io.fleetcommand.token.rotation;

import io.fleetcommand.service.Secret;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A token that lives at the cloud, as far as is known.
 *
 * @param owner by which the cloud knows whose it is, where that matters for revoking it: an API user's name; else empty
 * @param expiresAt empty if it does not end by itself
 * @param due when the next step with it is due; which, its phase says
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

    /** Whether it has not ended by itself. */
    public boolean isValidAt(Instant now) {
        return expiresAt.map(now::isBefore).orElse(true);
    }

    boolean isDue(Instant now) {
        return !now.isBefore(due);
    }

    KnownToken withPhase(TokenPhase next, Instant nextDue) {
        return new KnownToken(version, value, owner, issuedAt, expiresAt, next, nextDue);
    }

    KnownToken withExpiry(Optional<Instant> end) {
        return new KnownToken(version, value, owner, issuedAt, end.or(() -> expiresAt), phase, due);
    }
}
