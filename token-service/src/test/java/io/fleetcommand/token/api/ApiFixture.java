package io.fleetcommand.token.api;

import io.fleetcommand.service.Meters;
import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Rotation;
import io.fleetcommand.token.rotation.RotationSettings;
import io.fleetcommand.token.rotator.MemoryStore;
import io.fleetcommand.token.rotator.ScriptedIssuer;
import io.fleetcommand.token.rotator.TokenRotator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The API on a free port, a scripted cloud behind it, and a client of it. Two readers and an operator may call. */
final class ApiFixture implements AutoCloseable {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    /** Version of the first token. */
    static final long FIRST = START.getEpochSecond();

    static final String READER = "Bearer reader-secret";
    static final String OTHER_READER = "Bearer other-secret";
    static final String OPERATOR = "Bearer operator-secret";

    private final MemoryStore store = new MemoryStore();
    private final ScriptedIssuer cloud = new ScriptedIssuer();
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final List<AccessOutcome> accesses = new CopyOnWriteArrayList<>();
    private final ExecutorService rotatorThread = Executors.newSingleThreadExecutor();
    private final Meters meters = new Meters();
    private final HttpClient http = HttpClient.newHttpClient();
    private final TokenRotator rotator;
    private final TokenApi api;

    private ApiFixture(Optional<Certificate> certificate) throws IOException {
        this.rotator = new TokenRotator(
                new Rotation(new RotationSettings(
                        Duration.ofHours(1), 0.5, Duration.ofSeconds(60), Duration.ofSeconds(13), true)),
                cloud,
                store,
                rotatorThread,
                now::get,
                () -> 0.5,
                () -> "intent",
                event -> {});
        this.api = TokenApi.start(
                rotator,
                new Callers(List.of(
                        new Caller("processor", Role.READER, List.of(Secret.of("reader-secret"))),
                        new Caller("other", Role.READER, List.of(Secret.of("other-secret"))),
                        new Caller("people", Role.OPERATOR, List.of(Secret.of("operator-secret"))))),
                meters,
                accesses::add,
                now::get,
                new Listener("127.0.0.1", 0, certificate));
        store.onChange(api::notifyWaiters);
    }

    /** The API without a token yet. */
    static ApiFixture start() {
        return start(Optional.empty());
    }

    static ApiFixture start(Optional<Certificate> certificate) {
        try {
            return new ApiFixture(certificate);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    MemoryStore store() {
        return store;
    }

    ScriptedIssuer cloud() {
        return cloud;
    }

    /** The outcomes of the requests so far. */
    List<AccessOutcome> accesses() {
        return accesses;
    }

    int port() {
        return api.port();
    }

    int waiting() {
        return api.waiting();
    }

    void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    void runRotator() throws Exception {
        rotatorThread.submit(rotator::runOnce).get(10, TimeUnit.SECONDS);
    }

    /** @param authorization empty for none */
    HttpRequest.Builder request(String path, String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                .timeout(Duration.ofSeconds(40));
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String authorization) throws Exception {
        return send(request(path, authorization));
    }

    HttpResponse<String> post(String path, String authorization) throws Exception {
        return send(request(path, authorization).POST(HttpRequest.BodyPublishers.noBody()));
    }

    @Override
    public void close() {
        api.close();
        rotatorThread.shutdownNow();
        meters.close();
    }
}
