package io.fleetcommand.token.rotator;

import io.fleetcommand.token.rotation.TokenState;
import java.io.IOException;

/** Stores the token state, encrypted, for all replicas. Thread-safe; {@link #state()} does not block. */
public interface StateStore extends AutoCloseable {
    /** Whether the state has been loaded; until then {@link #state()} is {@link TokenState#NONE}. */
    boolean isLoaded();

    /** The newest state that this replica has read or written. */
    TokenState state();

    /**
     * Whether this replica is the leader, as far as it knows: another may have been elected already. {@link #replace}
     * tells for certain.
     */
    boolean isLeader();

    /**
     * Replaces the state, if it is still the expected one: a compare-and-set.
     *
     * @return false if this replica is not the leader or {@code expected} is stale: nothing was written
     * @throws IOException if it is unknown whether the state was written; the call may be repeated
     */
    boolean replace(TokenState expected, TokenState next) throws IOException;

    /** @param listener run after each change of the state, on the thread that read or wrote it; must not block */
    void onChange(Runnable listener);

    @Override
    void close();
}
