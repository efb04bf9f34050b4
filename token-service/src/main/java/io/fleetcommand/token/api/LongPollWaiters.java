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
 * Long polls that wait for a newer token. Each caller has the same number of slots. When they are full, a new wait
 * completes the caller's oldest one, whose client may be gone without having closed its connection. Thread-safe.
 */
final class LongPollWaiters {
    /** Of all callers together. */
    static final int MAX_WAITERS = 2_000;

    /** The longest wait: the maximum of {@code wait_ms}. */
    static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private final int maxPerCaller;
    private final Map<String, Set<CompletableFuture<Void>>> byCaller = new HashMap<>();

    /** @param callers number of callers that may wait */
    LongPollWaiters(int callers) {
        this.maxPerCaller = Math.max(1, MAX_WAITERS / Math.max(1, callers));
    }

    /**
     * Completes at the next {@link #notifyWaiters}, after the limit, or when a newer wait takes its slot. To be
     * completed by the caller when the client disconnects.
     */
    CompletableFuture<Void> await(String caller, Duration limit) {
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        add(caller, waiter).ifPresent(displaced -> displaced.complete(null));
        waiter.whenComplete((nothing, failure) -> remove(caller, waiter));
        return waiter.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Completes all current waits. */
    void notifyWaiters() {
        all().forEach(waiter -> waiter.complete(null));
    }

    synchronized int waiting() {
        return byCaller.values().stream().mapToInt(Set::size).sum();
    }

    /** @return the oldest wait of the caller, if the new one takes its slot */
    private synchronized Optional<CompletableFuture<Void>> add(String caller, CompletableFuture<Void> waiter) {
        Set<CompletableFuture<Void>> own = byCaller.computeIfAbsent(caller, none -> new LinkedHashSet<>());
        Optional<CompletableFuture<Void>> displaced = Optional.empty();
        if (own.size() >= maxPerCaller) {
            Iterator<CompletableFuture<Void>> oldest = own.iterator();
            displaced = Optional.of(oldest.next());
            oldest.remove();
        }
        own.add(waiter);
        return displaced;
    }

    private synchronized void remove(String caller, CompletableFuture<Void> waiter) {
        byCaller.getOrDefault(caller, Set.of()).remove(waiter);
    }

    private synchronized List<CompletableFuture<Void>> all() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        byCaller.values().forEach(all::addAll);
        return all;
    }
}
