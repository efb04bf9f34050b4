package io.fleetcommand.token.rotator;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** The single thread on which every step of the rotation is executed. */
record RotatorThread(Executor executor) {
    /** Completes with the result of the work; exceptionally if it throws, or if the service is shutting down. */
    <T> CompletableFuture<T> submit(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, executor);
        } catch (RejectedExecutionException shutDown) {
            return CompletableFuture.failedFuture(shutDown);
        }
    }
}
