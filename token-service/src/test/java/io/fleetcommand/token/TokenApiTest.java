package io.fleetcommand.token;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The service as its callers see it, before a cloud that mints numbered tokens. */
class TokenApiTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long FIRST = START.getEpochSecond();

    private final FakeCloud cloud = new FakeCloud();
    private final MockWebServer server = new MockWebServer();
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final HttpClient http = HttpClient.newHttpClient();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private TokenKeeper keeper;
    private TokenApi api;

    @BeforeEach
    void start() throws IOException {
        ((Logger) LoggerFactory.getLogger("ROOT")).addAppender(log);
        log.start();
        server.setDispatcher(cloud);
        server.start();
        OkHttpClient client =
                new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(5)).build();
        keeper = new TokenKeeper(
                new Cloud(client, server.url("/"), "client-1", Secret.of("client-secret"), Duration.ofHours(1)),
                0.7,
                now::get,
                () -> 0.5);
        api = TokenApi.start(keeper, new Callers(Map.of("processor", Secret.of("caller-secret"))), "127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        api.close();
        server.close();
        ((Logger) LoggerFactory.getLogger("ROOT")).detachAppender(log);
    }

    @Test
    void theTokenIsServedWithItsVersionAndTimes() throws Exception {
        keeper.look();

        HttpResponse<String> answer = get("/v1/token", "Bearer caller-secret");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("ETag")).contains("\"" + FIRST + "\"");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.body())
                .contains("\"version\":" + FIRST)
                .contains("\"value\":\"cloud-token-1\"")
                .contains("\"expires_at\":\"2026-01-01T00:16:40Z\"")
                .contains("\"refresh_after\":\"2026-01-01T00:11:40Z\"");
    }

    @Test
    void whoHasTheTokenAlreadyIsNotSentItAgain() throws Exception {
        keeper.look();

        HttpResponse<String> answer = send(request("/v1/token")
                .header("Authorization", "Bearer caller-secret")
                .header("If-None-Match", "\"" + FIRST + "\""));

        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"GET, /v1/token", "POST, /v1/token/1/rejections"})
    void whoIsUnknownGetsNothing(String method, String path) throws Exception {
        keeper.look();

        for (String authorization : List.of("Bearer wrong", "Basic caller-secret", "Bearer")) {
            HttpResponse<String> answer = send(request(path)
                    .header("Authorization", authorization)
                    .method(method, HttpRequest.BodyPublishers.noBody()));
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).doesNotContain("cloud-token").contains("unknown caller");
        }
        assertThat(cloud.inspections).hasValue(1);
    }

    @Test
    void beforeTheFirstTokenTheServiceIsAliveButNotReady() throws Exception {
        assertThat(get("/alive", "").statusCode()).isEqualTo(200);
        assertThat(get("/ready", "").statusCode()).isEqualTo(503);
        assertThat(get("/v1/token", "Bearer caller-secret").statusCode()).isEqualTo(503);

        keeper.look();
        assertThat(get("/ready", "").statusCode()).isEqualTo(200);
    }

    @Test
    void aTokenIsReplacedBeforeItEnds() throws Exception {
        keeper.look();
        now.set(START.plusSeconds(699));
        keeper.look();
        assertThat(cloud.mints).hasValue(1);

        now.set(START.plusSeconds(700));
        keeper.look();

        assertThat(cloud.mints).hasValue(2);
        assertThat(get("/v1/token", "Bearer caller-secret").body())
                .contains("cloud-token-2")
                .contains("\"version\":" + (FIRST + 700));
    }

    @Test
    void aHundredCallersWhoSawTheTokenRefusedCostOneMint() throws Exception {
        keeper.look();
        cloud.good.clear();

        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(http.sendAsync(rejection(FIRST), HttpResponse.BodyHandlers.ofString()));
        }

        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get().body()).isEqualTo("{\"verdict\":\"replaced\"}");
        }
        assertThat(cloud.mints).hasValue(2);
        assertThat(cloud.inspections).hasValue(3);
        assertThat(get("/v1/token", "Bearer caller-secret").body()).contains("cloud-token-2");
    }

    @Test
    void aGoodTokenIsKeptWhateverACallerSaw() throws Exception {
        keeper.look();

        assertThat(http.send(rejection(FIRST), HttpResponse.BodyHandlers.ofString())
                        .body())
                .isEqualTo("{\"verdict\":\"still_good\"}");
        assertThat(cloud.mints).hasValue(1);
    }

    @Test
    void withoutTheCloudsWordATokenIsKept() throws Exception {
        keeper.look();
        cloud.inspectStatus = 503;

        assertThat(http.send(rejection(FIRST), HttpResponse.BodyHandlers.ofString())
                        .body())
                .isEqualTo("{\"verdict\":\"unknown\"}");
        assertThat(get("/v1/token", "Bearer caller-secret").body()).contains("cloud-token-1");
        assertThat(cloud.mints).hasValue(1);
    }

    @Test
    void aVersionThatIsNoNumberIsRefused() throws Exception {
        HttpResponse<String> answer = send(request("/v1/token/latest/rejections")
                .header("Authorization", "Bearer caller-secret")
                .POST(HttpRequest.BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("must be a number");
    }

    @Test
    void wrongCredentialsAreTriedThreeTimesAndThenGivenUpInWords() throws Exception {
        cloud.mintStatus = 401;
        for (int i = 0; i < 1_000; i++) {
            keeper.look();
            now.set(now.get().plusSeconds(10));
        }

        assertThat(cloud.mints).hasValue(3);
        assertThat(get("/ready", "").body()).contains("the cloud refuses the client's credentials");
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.contains("correct client.id and client.secret and restart"));
    }

    @Test
    void noSecretIsEverLogged() throws Exception {
        cloud.mintStatus = 401;
        keeper.look();
        cloud.mintStatus = 503;
        now.set(START.plusSeconds(60));
        keeper.look();
        cloud.mintStatus = 200;
        now.set(START.plusSeconds(120));
        keeper.look();
        get("/v1/token", "Bearer caller-secret");
        cloud.good.clear();
        keeper.rejected(FIRST + 120);

        assertThat(log.list).hasSizeGreaterThan(3);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(line -> line.contains("client-secret")
                        || line.contains("caller-secret")
                        || line.contains(FakeCloud.VALUE));
    }

    private HttpResponse<String> get(String path, String authorization) throws Exception {
        return send(request(path).header("Authorization", authorization));
    }

    private HttpRequest rejection(long version) {
        return request("/v1/token/" + version + "/rejections")
                .header("Authorization", "Bearer caller-secret")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
