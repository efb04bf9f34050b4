package io.fleetcommand.service.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A page that costs something to render. All who ask while it is being rendered, or shortly after, share the next
 * rendering, which begins after they asked; so neither the work nor the memory grows with the number of readers.
 * Thread-safe.
 */
final class SharedPage {
    /** From the end of one rendering to the begin of the next. */
    static final Duration PAUSE = Duration.ofMillis(200);

    private final Supplier<String> source;
    private final Executor threads;
    private final LongSupplier nanoClock;
    private Optional<CompletableFuture<byte[]>> next = Optional.empty();
    private boolean rendering;
    private long notBeforeNanos;

    SharedPage(Supplier<String> source, Executor threads, LongSupplier nanoClock) {
        this.source = source;
        this.threads = threads;
        this.nanoClock = nanoClock;
        this.notBeforeNanos = nanoClock.getAsLong();
    }

    /** The page as it stands now or a little later, in UTF-8. */
    synchronized CompletableFuture<byte[]> next() {
        if (next.isEmpty()) {
            next = Optional.of(new CompletableFuture<>());
            if (!rendering) {
                renderLater();
            }
        }
        return next.get();
    }

    private void renderLater() {
        long waitNanos = Math.max(0, notBeforeNanos - nanoClock.getAsLong());
        CompletableFuture.delayedExecutor(waitNanos, TimeUnit.NANOSECONDS, threads)
                .execute(this::render);
    }

    private void render() {
        CompletableFuture<byte[]> due = begin();
        try {
            due.complete(source.get().getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException failed) {
            due.completeExceptionally(failed);
        } finally {
            end();
        }
    }

    private synchronized CompletableFuture<byte[]> begin() {
        rendering = true;
        CompletableFuture<byte[]> due = next.orElseThrow();
        next = Optional.empty();
        return due;
    }

    private synchronized void end() {
        rendering = false;
        notBeforeNanos = nanoClock.getAsLong() + PAUSE.toNanos();
        if (next.isPresent()) {
            renderLater();
        }
    }
}
