package io.fleetcommand.token.rotator;

import io.fleetcommand.service.Secret;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The outcome of {@link Issuer#issue}. */
public sealed interface IssueResult {
    /**
     * The cloud issued a token, which is not verified yet.
     *
     * @param owner name of the API user that owns the token; empty if it has none
     * @param expiresAt empty if the token does not expire, or its expiry is unknown
     */
    record Done(Secret value, String owner, Optional<Instant> expiresAt) implements IssueResult {
        public Done {
            Objects.requireNonNull(value);
            Objects.requireNonNull(owner);
            Objects.requireNonNull(expiresAt);
        }
    }

    /** The cloud rejected the credentials. It locks an address out after ten such responses in a row. */
    record Refused(String reason) implements IssueResult {}

    /** The cloud throttled the request (429): too many requests from this address, or it is locked out. */
    record Throttled(String reason) implements IssueResult {}

    /** The request failed for any other reason: the cloud was unreachable, or sent an unexpected response. */
    record Failed(String reason) implements IssueResult {}
}
