package io.fleetcommand.token.rotator;

import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenState;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the state after each step of the rotation. A new token exists only in this process until it is stored, so its
 * write is repeated until its outcome is known. Confined to the rotator thread.
 */
final class StateWriter {
    private static final Logger LOG = LoggerFactory.getLogger(StateWriter.class);

    private final StateStore store;
    private final Issuer issuer;
    private final Consumer<RotationEvent> events;
    private Optional<PendingWrite> pending = Optional.empty();

    StateWriter(StateStore store, Issuer issuer, Consumer<RotationEvent> events) {
        this.store = store;
        this.issuer = issuer;
        this.events = events;
    }

    /** The write of a new token whose outcome is unknown. */
    private record PendingWrite(TokenState base, TokenState next) {}

    /** @return whether the state was stored */
    boolean write(TokenState next) {
        return write(next, Optional.empty());
    }

    /**
     * Stores a new token, or revokes it if another replica is the leader by now.
     *
     * @return whether the state was stored
     */
    boolean writeIssued(TokenState next, KnownToken token) {
        return write(next, Optional.of(token));
    }

    private boolean write(TokenState next, Optional<KnownToken> issued) {
        TokenState base = store.state();
        try {
            boolean written = store.replace(base, next);
            if (!written) {
                events.accept(RotationEvent.LEADERSHIP_LOST);
                LOG.warn("leadership lost: another replica is the leader; the last step was not stored");
                issued.ifPresent(this::revokeOrphan);
            }
            return written;
        } catch (IOException failed) {
            events.accept(RotationEvent.STATE_UNWRITTEN);
            LOG.warn("rotation state not stored, will retry: {}", failed.getMessage());
            if (issued.isPresent()) {
                pending = Optional.of(new PendingWrite(base, next));
            }
            return false;
        }
    }

    /** Revokes a token that is in no stored state, and so would never be revoked later. */
    private void revokeOrphan(KnownToken token) {
        LOG.info("orphaned token {} {}", token.version(), issuer.revoke(token) ? "revoked" : "not revoked, no retry");
    }

    /**
     * Repeats the write of a new token while this replica is the leader. Whether the first write succeeded is unknown,
     * so the token is not revoked if the repetition is refused: the stored state holds either the token or its intent.
     *
     * @return false if the outcome is still unknown
     */
    boolean retryPending() {
        if (pending.isEmpty() || !store.isLoaded() || !store.isLeader()) {
            return true;
        }
        try {
            store.replace(pending.get().base(), pending.get().next());
            pending = Optional.empty();
            return true;
        } catch (IOException failed) {
            LOG.warn("new token still not stored, will retry: {}", failed.getMessage());
            return false;
        }
    }
}
