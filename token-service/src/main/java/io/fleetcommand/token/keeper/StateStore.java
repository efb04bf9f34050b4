package io.fleetcommand.token.keeper;

import io.fleetcommand.token.rotation.TokenState;
import java.io.IOException;

/** Keeps the one state, encrypted, for all replicas. Reading takes no lock. */
public interface StateStore extends AutoCloseable {
    /** Whether the state has been read; before that, {@link #state()} is empty. */
    boolean isLoaded();

    /** The newest known state. */
    TokenState state();

    /** Whether this replica is the one that may write. Another may have taken over and this one not know it yet. */
    boolean isLeader();

    /**
     * Puts the next state in the place of the one it was made from.
     *
     * @return false if another replica leads, or was quicker: nothing was written, and nothing may be built upon it
     * @throws IOException if it is not known whether it was written; may be repeated
     */
    boolean replace(TokenState expected, TokenState next) throws IOException;

    /** @param listener run on the store's own thread after each change of the state; must not block */
    void onChange(Runnable listener);

    @Override
    void close();
}
