package io.fleetcommand.token.rotator;

import io.fleetcommand.token.rotation.TokenState;
import java.io.IOException;

/** An in-memory store that can fail, and lose leadership. */
public final class MemoryStore implements StateStore {
    private volatile TokenState state = TokenState.NONE;
    private volatile Runnable listener = () -> {};
    private volatile boolean leader = true;
    private volatile boolean loaded = true;
    private volatile int failures;
    private volatile boolean fenced;

    public void setLeader(boolean isLeader) {
        leader = isLeader;
    }

    public void setLoaded(boolean isLoaded) {
        loaded = isLoaded;
    }

    /** The next writes fail, with an unknown outcome. */
    public void failNext(int writes) {
        failures = writes;
    }

    /** Another leader is elected; this replica learns of it at its next write. */
    public void fence() {
        fenced = true;
    }

    public void put(TokenState next) {
        state = next;
        listener.run();
    }

    @Override
    public boolean isLoaded() {
        return loaded;
    }

    @Override
    public TokenState state() {
        return state;
    }

    @Override
    public boolean isLeader() {
        return leader;
    }

    @Override
    public synchronized boolean replace(TokenState expected, TokenState next) throws IOException {
        if (failures > 0) {
            failures--;
            throw new IOException("the store is away");
        }
        if (fenced) {
            leader = false;
            return false;
        }
        if (!leader || !expected.equals(state)) {
            return false;
        }
        put(next);
        return true;
    }

    @Override
    public void onChange(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public void close() {
        leader = false;
    }
}
