package io.fleetcommand.simulator.routes;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Runs things at a given time, on the one thread of its executor, in the order of their times. */
public final class Timer {
    private final LongSupplier clockNanos;
    private final ScheduledExecutorService executor;

    /** @param executor with one thread, so that what a device runs is recorded in order */
    public Timer(LongSupplier clockNanos, ScheduledExecutorService executor) {
        this.clockNanos = clockNanos;
        this.executor = executor;
    }

    public long nowNanos() {
        return clockNanos.getAsLong();
    }

    /** The future fails if the task does. */
    CompletableFuture<Void> at(long timeNanos, Runnable task) {
        var done = new CompletableFuture<Void>();
        executor.schedule(
                () -> {
                    try {
                        task.run();
                        done.complete(null);
                    } catch (RuntimeException e) {
                        done.completeExceptionally(e);
                    }
                },
                timeNanos - clockNanos.getAsLong(),
                TimeUnit.NANOSECONDS);
        return done;
    }
}
