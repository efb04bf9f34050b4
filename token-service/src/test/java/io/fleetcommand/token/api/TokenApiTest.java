package io.fleetcommand.token.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fleetcommand.service.Meters;
import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Rotation;
import io.fleetcommand.token.rotation.RotationSettings;
import io.fleetcommand.token.rotator.IssueResult;
import io.fleetcommand.token.rotator.MemoryStore;
import io.fleetcommand.token.rotator.ScriptedIssuer;
import io.fleetcommand.token.rotator.TokenRotator;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The API as its callers see it. */
class TokenApiTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long FIRST = START.getEpochSecond();
    private static final String READER = "Bearer reader-secret";
    private static final String OPERATOR = "Bearer operator-secret";

    private final MemoryStore store = new MemoryStore();
    private final ScriptedIssuer cloud = new ScriptedIssuer();
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final HttpClient http = HttpClient.newHttpClient();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<AccessOutcome> accesses = new CopyOnWriteArrayList<>();
    private final Meters meters = new Meters();
    private TokenRotator rotator;
    private TokenApi api;

    @BeforeEach
    void start() throws IOException {
        ((Logger) LoggerFactory.getLogger("ROOT")).addAppender(log);
        log.start();
        rotator = new TokenRotator(
                new Rotation(new RotationSettings(
                        Duration.ofHours(1), 0.5, Duration.ofSeconds(60), Duration.ofSeconds(13), true)),
                cloud,
                store,
                thread,
                now::get,
                () -> 0.5,
                () -> "mint",
                event -> {});
        api = TokenApi.start(
                rotator,
                new Callers(List.of(
                        new Caller("processor", Role.READER, List.of(Secret.of("reader-secret"))),
                        new Caller("people", Role.OPERATOR, List.of(Secret.of("operator-secret"))))),
                meters,
                accesses::add,
                now::get,
                new Listener("127.0.0.1", 0, Optional.empty()));
        store.onChange(api::notifyWaiters);
    }

    @AfterEach
    void stop() {
        api.close();
        thread.shutdownNow();
        meters.close();
        ((Logger) LoggerFactory.getLogger("ROOT")).detachAppender(log);
    }

    @Test
    void theTokenIsServedWithItsVersionAndTimes() throws Exception {
        runRotator();

        HttpResponse<String> answer = get("/v1/token", READER);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("ETag")).contains("\"" + FIRST + "\"");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.body())
                .isEqualTo("{\"version\":" + FIRST + ",\"value\":\"value-1\",\"expires_at\":null,"
                        + "\"refresh_after\":\"2026-01-01T00:30:00Z\"}");
    }

    @Test
    void aCallerThatHasTheTokenGetsNotModified() throws Exception {
        runRotator();

        HttpResponse<String> answer = send(request("/v1/token", READER).header("If-None-Match", "\"" + FIRST + "\""));

        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void aLongPollReturnsANewerTokenAtOnce() throws Exception {
        runRotator();
        CompletableFuture<HttpResponse<String>> waiting = http.sendAsync(
                request("/v1/token?wait_ms=30000", READER)
                        .header("If-None-Match", "\"" + FIRST + "\"")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        await().until(() -> accesses.contains(AccessOutcome.GRANTED));
        assertThat(waiting).isNotDone();

        now.set(START.plus(Duration.ofMinutes(30)));
        runRotator();

        assertThat(waiting.get(5, TimeUnit.SECONDS).body()).contains("\"version\":" + (FIRST + 1));
    }

    @Test
    void aLongPollThatTimesOutGetsNotModified() throws Exception {
        runRotator();

        assertThat(send(request("/v1/token?wait_ms=50", READER).header("If-None-Match", "\"" + FIRST + "\""))
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void aLongPollForTheFirstTokenReturnsIt() throws Exception {
        CompletableFuture<HttpResponse<String>> waiting = http.sendAsync(
                request("/v1/token?wait_ms=30000", READER).build(), HttpResponse.BodyHandlers.ofString());
        await().until(() -> accesses.contains(AccessOutcome.GRANTED));

        runRotator();

        assertThat(waiting.get(5, TimeUnit.SECONDS).body()).contains("value-1");
    }

    @ParameterizedTest
    @CsvSource({"GET, /v1/token", "POST, /v1/token/1/rejections", "GET, /v1/status", "POST, /v1/rotations"})
    void anUnknownCallerIsRejected(String method, String path) throws Exception {
        runRotator();

        for (String authorization : List.of("Bearer wrong", "Basic reader-secret", "Bearer")) {
            HttpResponse<String> answer =
                    send(request(path, authorization).method(method, HttpRequest.BodyPublishers.noBody()));
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).doesNotContain("value-").contains("unknown caller");
        }
        assertThat(cloud.verifyCalls).hasValue(1);
        assertThat(accesses).containsOnly(AccessOutcome.UNKNOWN_CALLER);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/token, operator-secret",
        "POST, /v1/token/1/rejections, operator-secret",
        "GET, /v1/status, reader-secret",
        "POST, /v1/rotations, reader-secret"
    })
    void aCallerOfAnotherRoleIsRejected(String method, String path, String secret) throws Exception {
        runRotator();

        HttpResponse<String> answer =
                send(request(path, "Bearer " + secret).method(method, HttpRequest.BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).doesNotContain("value-").contains("role");
    }

    @Test
    void wrongSecretsAreThrottledByAddress() throws Exception {
        for (int guess = 0; guess < AuthFailureThrottle.FREE_FAILURES; guess++) {
            assertThat(get("/v1/token", "Bearer guess-" + guess).statusCode()).isEqualTo(401);
        }

        HttpResponse<String> slowed = get("/v1/token", READER);
        assertThat(slowed.statusCode()).isEqualTo(429);
        assertThat(slowed.headers().firstValue("Retry-After")).contains("2");

        now.set(START.plusSeconds(1));
        assertThat(get("/v1/token", READER).statusCode()).isEqualTo(503);
    }

    @Test
    void aRequestThatIsTooLargeOrMalformedIsRejectedWithAMessage() throws Exception {
        runRotator();

        assertThat(send(request("/v1/rotations", OPERATOR).POST(HttpRequest.BodyPublishers.ofString("x".repeat(2_000))))
                        .statusCode())
                .isEqualTo(413);
        assertThat(get("/v1/token", "Bearer " + "x".repeat(10_000)).statusCode())
                .isEqualTo(431);
        assertThat(send(request("/v1/token", READER).POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(405);
        assertThat(get("/v1/tokens", READER).statusCode()).isEqualTo(404);
        assertThat(raw("POST /v1/rotations HTTP/1.1\r\nHost: x\r\nAuthorization: " + OPERATOR
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 411");
        assertThat(raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "-1", "1234567890123456789", "1%2f2"})
    void aVersionThatIsNoNumberIsRejected(String version) throws Exception {
        HttpResponse<String> answer =
                send(request("/v1/token/" + version + "/rejections", READER).POST(HttpRequest.BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isIn(400, 404);
        assertThat(answer.body()).doesNotContain(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "60001", "soon", "9999999999999"})
    void aWaitOutOfRangeIsRejected(String wait) throws Exception {
        HttpResponse<String> answer = get("/v1/token?wait_ms=" + wait, READER);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("from 0 to 60000");
    }

    @Test
    void beforeTheFirstTokenTheServiceIsAliveButNotReady() throws Exception {
        assertThat(get("/alive", "").statusCode()).isEqualTo(200);
        assertThat(get("/ready", "").statusCode()).isEqualTo(503);
        assertThat(get("/v1/token", READER).statusCode()).isEqualTo(503);

        runRotator();
        assertThat(get("/ready", "").statusCode()).isEqualTo(200);
    }

    @Test
    void aThousandReportsOfARejectedTokenCauseOneVerificationAndOneIssue() throws Exception {
        runRotator();
        cloud.valid.clear();

        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int caller = 0; caller < 1_000; caller++) {
            answers.add(http.sendAsync(rejection(FIRST), HttpResponse.BodyHandlers.ofString()));
        }

        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get().body()).isEqualTo("{\"verdict\":\"replaced\"}");
        }
        assertThat(cloud.issueCalls).hasValue(2);
        // The first token is verified twice, for publication and for the reports; the second once.
        assertThat(cloud.verifyCalls).hasValue(3);
        assertThat(get("/v1/token", READER).body()).contains("value-2");
    }

    @Test
    void aReplicaThatIsNotLeaderServesTheTokenAndMisdirectsOtherCalls() throws Exception {
        runRotator();
        store.setLeader(false);

        assertThat(get("/v1/token", READER).statusCode()).isEqualTo(200);
        assertThat(http.send(rejection(FIRST), HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(421);
        assertThat(send(request("/v1/rotations", OPERATOR).POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(421);
        assertThat(get("/v1/status", OPERATOR).body()).contains("\"leads\":false");
    }

    @Test
    void anOperatorRequestsARotationAndSeesItsStatusWithoutTheToken() throws Exception {
        runRotator();

        HttpResponse<String> ordered =
                send(request("/v1/rotations", OPERATOR).POST(HttpRequest.BodyPublishers.noBody()));

        assertThat(ordered.statusCode()).isEqualTo(202);
        assertThat(ordered.body()).isEqualTo("{\"newer_than\":" + FIRST + "}");
        await().until(() -> store.state().lastVersion() == FIRST + 1);
        await().untilAsserted(() -> assertThat(get("/v1/status", OPERATOR).body())
                .contains("\"version\":" + (FIRST + 1), "\"phase\":\"retired\"", "\"alarm\":false")
                .doesNotContain("value-"));
    }

    @Test
    void wrongCredentialsAreReported() throws Exception {
        cloud.nextIssue = Optional.of(new IssueResult.Refused("400 invalid_client"));
        for (int time = 0; time < 3; time++) {
            runRotator();
            now.set(now.get().plusSeconds(60));
        }

        assertThat(get("/ready", "").body()).contains("issuing is stopped: 3 consecutive attempts to issue a token have failed");
        assertThat(get("/v1/status", OPERATOR).body()).contains("\"alarm\":true", "\"next\":\"stopped until");
    }

    @Test
    void everyAccessIsAuditedByCallerAndNoSecretIsEverLogged() throws Exception {
        runRotator();
        get("/v1/token", READER);
        get("/v1/token", OPERATOR);
        get("/v1/token", "Bearer a-guess\r");
        http.send(rejection(FIRST), HttpResponse.BodyHandlers.ofString());

        await().until(() -> audited().size() >= 4);
        assertThat(audited())
                .contains(
                        "caller=processor address=127.0.0.1 method=GET route=token version=" + FIRST + " status=200",
                        "caller=people address=127.0.0.1 method=GET route=token version=- status=403",
                        "caller=- address=127.0.0.1 method=GET route=token version=- status=401",
                        "caller=processor address=127.0.0.1 method=POST route=rejections version=" + FIRST
                                + " status=200");
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(line -> line.contains("value-")
                        || line.contains("reader-secret")
                        || line.contains("operator-secret")
                        || line.contains("a-guess"));
    }

    @Test
    void metricsNeedNoAuthentication() throws Exception {
        HttpResponse<String> answer = get("/metrics", "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("jvm_memory_used_bytes");
    }

    private void runRotator() throws Exception {
        thread.submit(rotator::runOnce).get(10, TimeUnit.SECONDS);
    }

    private List<String> audited() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLoggerName().equals("audit"))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private HttpResponse<String> get(String path, String authorization) throws Exception {
        return send(request(path, authorization));
    }

    private HttpRequest rejection(long version) {
        return request("/v1/token/" + version + "/rejections", READER)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
    }

    private HttpRequest.Builder request(String path, String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                .timeout(Duration.ofSeconds(40));
        return authorization.isEmpty() ? request : request.header("Authorization", authorization.strip());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout(5_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            byte[] answer = new byte[512];
            int length = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(length, 0), StandardCharsets.US_ASCII);
        }
    }
}
