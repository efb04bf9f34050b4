package io.fleetcommand.token.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Callers who wait for a newer token, each with places of its own. Whoever comes when all places of its caller are taken
 * takes that of the one who has waited longest, who is told so at once: it may be gone without a word. Thread-safe.
 */
final class LongPollWaiters {
    /** Of all callers together. */
    static final int MAX_WAITERS = 2_000;

    private final int placesOfEach;
    private final Map<String, Set<CompletableFuture<Void>>> byCaller = new HashMap<>();

    /** @param callers how many there are that may wait */
    LongPollWaiters(int callers) {
        this.placesOfEach = Math.max(1, MAX_WAITERS / Math.max(1, callers));
    }

    /** Ends with the next change, or after the limit, or when its place is wanted; whoever hangs up ends it himself. */
    CompletableFuture<Void> await(String caller, Duration limit) {
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        enter(caller, waiter).ifPresent(displaced -> displaced.complete(null));
        waiter.whenComplete((nothing, failure) -> leave(caller, waiter));
        return waiter.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** All who wait now are told. */
    void notifyWaiters() {
        all().forEach(waiter -> waiter.complete(null));
    }

    synchronized int waiting() {
        return byCaller.values().stream().mapToInt(Set::size).sum();
    }

    /** The one whose place it takes. */
    private synchronized Optional<CompletableFuture<Void>> enter(String caller, CompletableFuture<Void> waiter) {
        Set<CompletableFuture<Void>> own = byCaller.computeIfAbsent(caller, none -> new LinkedHashSet<>());
        Optional<CompletableFuture<Void>> displaced = Optional.empty();
        if (own.size() >= placesOfEach) {
            Iterator<CompletableFuture<Void>> oldest = own.iterator();
            displaced = Optional.of(oldest.next());
            oldest.remove();
        }
        own.add(waiter);
        return displaced;
    }

    private synchronized void leave(String caller, CompletableFuture<Void> waiter) {
        byCaller.getOrDefault(caller, Set.of()).remove(waiter);
    }

    private synchronized List<CompletableFuture<Void>> all() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        byCaller.values().forEach(all::addAll);
        return all;
    }
}
