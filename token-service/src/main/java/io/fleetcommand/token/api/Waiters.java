package io.fleetcommand.token.api;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Callers who wait for a newer token: a bounded number. Thread-safe. */
final class Waiters {
    static final int MOST = 2_000;

    private final Set<CompletableFuture<Void>> waiting = ConcurrentHashMap.newKeySet();

    /** Ends with the next change, or after the limit; empty if too many wait already. */
    Optional<CompletableFuture<Void>> join(Duration limit) {
        if (waiting.size() >= MOST) {
            return Optional.empty();
        }
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        waiting.add(waiter);
        waiter.whenComplete((nothing, failure) -> waiting.remove(waiter));
        return Optional.of(waiter.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    void wake() {
        waiting.forEach(waiter -> waiter.completeAsync(() -> null));
    }
}
