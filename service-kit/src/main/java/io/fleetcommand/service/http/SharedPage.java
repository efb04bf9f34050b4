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
 * A page that is expensive to render. Requests that arrive during a rendering, or shortly after, share the next one,
 * which begins after they arrived. So neither CPU nor memory use grows with the number of requests. Thread-safe.
 */
final class SharedPage {
    /** Minimum time between the end of one rendering and the start of the next. */
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

    /** The next rendering of the page, in UTF-8. */
    synchronized CompletableFuture<byte[]> next() {
        if (next.isEmpty()) {
            next = Optional.of(new CompletableFuture<>());
            if (!rendering) {
                scheduleRender();
            }
        }
        return next.get();
    }

    private void scheduleRender() {
        long waitNanos = Math.max(0, notBeforeNanos - nanoClock.getAsLong());
        CompletableFuture.delayedExecutor(waitNanos, TimeUnit.NANOSECONDS, threads)
                .execute(this::render);
    }

    private void render() {
        CompletableFuture<byte[]> page = begin();
        try {
            page.complete(source.get().getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException failed) {
            page.completeExceptionally(failed);
        } finally {
            end();
        }
    }

    private synchronized CompletableFuture<byte[]> begin() {
        rendering = true;
        CompletableFuture<byte[]> page = next.orElseThrow();
        next = Optional.empty();
        return page;
    }

    private synchronized void end() {
        rendering = false;
        notBeforeNanos = nanoClock.getAsLong() + PAUSE.toNanos();
        if (next.isPresent()) {
            scheduleRender();
        }
    }
}
