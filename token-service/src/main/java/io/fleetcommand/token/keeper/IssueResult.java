package io.fleetcommand.token.keeper;

import io.fleetcommand.service.Secret;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** What came of asking for a new token. */
public sealed interface IssueResult {
    /**
     * A token that nobody has tried yet.
     *
     * @param owner the API user whose token it is; empty if it has none
     * @param expiresAt empty if it does not end by itself, or nobody said when
     */
    record Done(Secret value, String owner, Optional<Instant> expiresAt) implements IssueResult {
        public Done {
            Objects.requireNonNull(value);
            Objects.requireNonNull(owner);
            Objects.requireNonNull(expiresAt);
        }
    }

    /** The credentials were not accepted: the cloud locks an address out after ten such answers in a row. */
    record Refused(String reason) implements IssueResult {}

    /** The cloud has had too many requests from this address, or has locked it out. */
    record Throttled(String reason) implements IssueResult {}

    /** The cloud could not be asked, or could not answer. */
    record Failed(String reason) implements IssueResult {}
}
