package io.fleetcommand.processor.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Requests;
import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** An {@link HttpDeviceCloud} in front of a server that answers as the test says. */
final class CloudBench implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMillis(2_000);

    final MockWebServer server = new MockWebServer();
    /** The threads of calls. */
    final ExecutorService threads = Executors.newCachedThreadPool();
    /** The clock of pooled connections. */
    final AtomicLong nanos = new AtomicLong();
    /** Versions of tokens that were reported as rejected. */
    final List<Long> rejected = new ArrayList<>();

    OkHttpClient client = HttpDeviceCloud.client(LIMIT, LIMIT, 4, nanos::get);
    /** Whether a rejected token is known to be good. */
    boolean knownToBeGood;

    Optional<AccessToken> token = Optional.of(new AccessToken(7, Secret.of("t0ken")));

    CloudBench() {
        try {
            server.start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Outcome call(Requests request) throws Exception {
        return call(request, server.url("/"));
    }

    Outcome call(Requests request, HttpUrl base) throws Exception {
        Request made = request.made();
        BlockingQueue<Outcome> outcomes = new ArrayBlockingQueue<>(10);
        new HttpDeviceCloud(
                        client,
                        threads,
                        DeviceUrls.ofProducts(base),
                        () -> token,
                        version -> {
                            rejected.add(version);
                            return knownToBeGood;
                        },
                        InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")),
                        System::nanoTime)
                .call(made, outcomes::add);
        Outcome outcome = outcomes.poll(20, TimeUnit.SECONDS);
        assertThat(outcome).as("an outcome in time").isNotNull();
        assertThat(outcomes).as("no second outcome").isEmpty();
        return outcome;
    }

    static MockResponse response(int status, String body) {
        return new MockResponse.Builder().code(status).body(body).build();
    }

    @Override
    public void close() {
        server.close();
        threads.shutdownNow();
    }
}
