package io.fleetcommand.processor.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenSourceTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final MockWebServer service = new MockWebServer();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final AtomicReference<MockResponse> token = new AtomicReference<>(token(1));
    private final AtomicReference<String> verdict = new AtomicReference<>("still_good");
    private TokenSource source;

    @BeforeEach
    void start() throws IOException {
        service.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                if (!"Bearer caller".equals(request.getHeaders().get("Authorization"))) {
                    return new MockResponse.Builder().code(401).build();
                }
                if (request.getUrl().encodedPath().endsWith("/rejections")) {
                    if (verdict.get().equals("replaced")) {
                        token.set(token(2));
                    }
                    return new MockResponse.Builder()
                            .body("{\"verdict\":\"" + verdict.get() + "\"}")
                            .build();
                }
                return token.get();
            }
        });
        service.start();
        source = new TokenSource(
                new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(2)).build(),
                service.url("/"),
                Secret.of("caller"),
                thread,
                now::get,
                () -> 1);
    }

    @AfterEach
    void stop() {
        thread.shutdownNow();
        service.close();
    }

    @Test
    void fetchesTheTokenAndHoldsItUntilItEnds() {
        assertThat(source.current()).isEmpty();
        source.start();
        await().until(() -> source.current().isPresent());

        assertThat(source.current()).contains(new AccessToken(1, Secret.of("value-1")));
        now.set(NOW.plusSeconds(3_600));
        assertThat(source.current()).isEmpty();
    }

    @Test
    void asksAgainUntilThereIsOne() {
        token.set(new MockResponse.Builder().code(503).build());
        source.start();
        await().until(() -> service.getRequestCount() >= 2);
        assertThat(source.current()).isEmpty();

        token.set(token(1));
        await().until(() -> source.current().isPresent());
    }

    @Test
    void aTokenThatTheServiceReplacesIsFetchedAtOnce() {
        source.start();
        await().until(() -> source.current().isPresent());
        verdict.set("replaced");

        source.rejected(1);

        await().until(() -> source.current().map(AccessToken::version).equals(Optional.of(2L)));
    }

    @Test
    void manyRefusalsOfOneTokenAreReportedOnce() throws Exception {
        source.start();
        await().until(() -> source.current().isPresent());
        int before = service.getRequestCount();

        for (int times = 0; times < 50; times++) {
            source.rejected(1);
        }
        thread.submit(() -> {}).get(10, TimeUnit.SECONDS);
        await().until(() -> service.getRequestCount() >= before + 2);
        assertThat(service.getRequestCount()).isEqualTo(before + 2);
    }

    @Test
    void anAnswerThatIsNoTokenIsNotHeldAndNotShown() {
        token.set(new MockResponse.Builder().body("value-that-is-secret").build());
        source.start();
        await().until(() -> service.getRequestCount() >= 2);

        assertThat(source.current()).isEmpty();
    }

    private static MockResponse token(int version) {
        return new MockResponse.Builder()
                .body("{\"version\":" + version + ",\"value\":\"value-" + version + "\",\"expires_at\":\""
                        + NOW.plusSeconds(3_600) + "\",\"refresh_after\":\"" + NOW.plusSeconds(1_800) + "\"}")
                .build();
    }
}
