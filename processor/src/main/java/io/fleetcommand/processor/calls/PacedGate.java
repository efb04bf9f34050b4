package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.Gate;
import io.fleetcommand.processor.core.Lane;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** The gate of one instance: open while the pace allows, a slot is free and a token is at hand. Guarded by itself. */
public final class PacedGate implements Gate {
    private final Pace pace;
    private final int slots;
    private final BooleanSupplier tokenAtHand;
    private final LongSupplier nanoClock;
    private final WaitingTasks waiting = new WaitingTasks();
    private int inFlight;

    /**
     * @param limit how many calls any window may hold
     * @param slots how many calls may be in flight at once
     * @param tokenAtHand whether the cloud can be called at all: a call without a token would be wasted
     */
    public PacedGate(int limit, long windowNanos, int slots, BooleanSupplier tokenAtHand, LongSupplier nanoClock) {
        this.pace = new Pace(limit, windowNanos, nanoClock.getAsLong());
        this.slots = slots;
        this.tokenAtHand = tokenAtHand;
        this.nanoClock = nanoClock;
    }

    @Override
    public void joined(int task) {
        // The pace is the instance's, whatever partitions it owns.
    }

    @Override
    public void left(int task) {
        withdraw(task);
    }

    @Override
    public synchronized Optional<Lane> tryEnter(int task, Set<Lane> lanes) {
        long nowNanos = nanoClock.getAsLong();
        Lane best = Collections.min(lanes);
        int others = waiting.before(task, best, nowNanos);
        int free = Math.min(slots - inFlight, pace.available(nowNanos));
        if (free <= others || !tokenAtHand.getAsBoolean()) {
            return Optional.empty();
        }
        waiting.remove(task);
        pace.take();
        inFlight++;
        return Optional.of(best);
    }

    @Override
    public synchronized void withdraw(int task) {
        waiting.remove(task);
    }

    @Override
    public synchronized void giveBack() {
        pace.putBack(nanoClock.getAsLong());
        ended();
    }

    @Override
    public void started() {
        // The pace counts a call when its right is taken.
    }

    @Override
    public synchronized void ended() {
        inFlight--;
        notifyAll();
    }

    /** Waits until no call is under way; false if that took too long. */
    public synchronized boolean awaitIdle(Duration limit) throws InterruptedException {
        long endNanos = nanoClock.getAsLong() + limit.toNanos();
        while (inFlight > 0) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(endNanos - nanoClock.getAsLong());
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }
}
