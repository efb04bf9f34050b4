package io.fleetcommand.systemtest.bench.abuse;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks a processor, as an orchestrator and a scraper do, whether it is alive and how much of its heap is in use. One
 * thread of its own asks; the figures are guarded by {@code this}.
 */
final class ProcessorMonitor implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(500);
    /** As in the Kubernetes base. */
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration END_TIMEOUT = Duration.ofSeconds(15);
    private static final String HEAP = "jvm_memory_used_bytes{area=\"heap\"";
    private static final double MEGABYTE = 1024 * 1024;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build();
    private final Thread thread = new Thread(this::run, "abuse-monitor");

    private Optional<String> url = Optional.empty();
    private long aliveNanos;
    private long longestSilenceNanos;
    private double peakHeap;
    private boolean closed;

    static ProcessorMonitor start() {
        ProcessorMonitor monitor = new ProcessorMonitor();
        monitor.thread.setDaemon(true);
        monitor.thread.start();
        return monitor;
    }

    /** Watches a processor that is up. */
    synchronized void watch(String at) {
        url = Optional.of(at);
        aliveNanos = System.nanoTime();
    }

    /** The processor is down, or about to be; it owes no answer. */
    synchronized void unwatch() {
        url = Optional.empty();
    }

    /** Starts a new measurement. */
    synchronized void reset() {
        longestSilenceNanos = 0;
        peakHeap = 0;
        aliveNanos = System.nanoTime();
    }

    /** The most heap that was in use, garbage included, in MB. */
    synchronized long peakHeapMb() {
        return Math.round(peakHeap / MEGABYTE);
    }

    /** For how long the processor, while it was up, left its probes of {@code /alive} unanswered, at most. */
    synchronized double longestSilenceSeconds() {
        return longestSilenceNanos / 1e9;
    }

    private void run() {
        while (!isClosed()) {
            watched().ifPresent(at -> {
                note(at, ask(at + "/alive").isPresent());
                ask(at + "/metrics").ifPresent(this::noteHeap);
            });
            pause();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized Optional<String> watched() {
        return url;
    }

    private synchronized void note(String at, boolean alive) {
        if (url.filter(at::equals).isEmpty()) {
            return;
        }
        long nowNanos = System.nanoTime();
        longestSilenceNanos = Math.max(longestSilenceNanos, nowNanos - aliveNanos);
        if (alive) {
            aliveNanos = nowNanos;
        }
    }

    private synchronized void noteHeap(String metrics) {
        peakHeap = Math.max(
                peakHeap,
                metrics.lines()
                        .filter(line -> line.startsWith(HEAP))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum());
    }

    private Optional<String> ask(String address) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .timeout(PROBE_TIMEOUT)
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return Optional.of(response.body()).filter(body -> response.statusCode() == 200);
        } catch (IOException unanswered) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(EVERY.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        try {
            thread.join(END_TIMEOUT.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
