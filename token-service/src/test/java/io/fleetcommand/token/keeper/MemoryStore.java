package io.fleetcommand.token.keeper;

import io.fleetcommand.token.rotation.TokenState;
import java.io.IOException;

/** A store that can be away, or be led by another. */
public final class MemoryStore implements StateStore {
    private volatile TokenState state = TokenState.NONE;
    private volatile Runnable listener = () -> {};
    private volatile boolean leads = true;
    private volatile boolean known = true;
    private volatile int failures;
    private volatile boolean fenced;

    public void setLeader(boolean leading) {
        leads = leading;
    }

    public void setLoaded(boolean read) {
        known = read;
    }

    /** The next so many writes fail, and nobody knows whether they were done. */
    public void failNext(int writes) {
        failures = writes;
    }

    /** Another has taken over, and this one does not know it yet. */
    public void fence() {
        fenced = true;
    }

    public void put(TokenState next) {
        state = next;
        listener.run();
    }

    @Override
    public boolean isLoaded() {
        return known;
    }

    @Override
    public TokenState state() {
        return state;
    }

    @Override
    public boolean isLeader() {
        return leads;
    }

    @Override
    public synchronized boolean replace(TokenState expected, TokenState next) throws IOException {
        if (failures > 0) {
            failures--;
            throw new IOException("the store is away");
        }
        if (fenced) {
            leads = false;
            return false;
        }
        if (!leads || expected != state) {
            return false;
        }
        put(next);
        return true;
    }

    @Override
    public void onChange(Runnable changed) {
        listener = changed;
    }

    @Override
    public void close() {
        leads = false;
    }
}
