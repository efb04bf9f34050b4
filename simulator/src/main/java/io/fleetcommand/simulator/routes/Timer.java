package io.fleetcommand.simulator.routes;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Runs tasks at given times, on the single thread of its executor, in the order of the times. Thread-safe. */
public final class Timer {
    private final LongSupplier clockNanos;
    private final ScheduledExecutorService executor;

    /** @param executor a single thread, so that executions are recorded in order */
    public Timer(LongSupplier clockNanos, ScheduledExecutorService executor) {
        this.clockNanos = clockNanos;
        this.executor = executor;
    }

    public long nowNanos() {
        return clockNanos.getAsLong();
    }

    /** @return completes with the task, exceptionally if it throws */
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
