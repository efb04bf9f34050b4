package io.fleetcommand.processor.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    private final Replica first = new Replica();
    private final Replica second = new Replica();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private TokenSource source;

    @BeforeEach
    void start() throws IOException {
        first.server.start();
        second.server.start();
        source = new TokenSource(
                new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(2)).build(),
                List.of(first.server.url("/"), second.server.url("/")),
                Secret.of("caller"),
                threads,
                now::get,
                () -> 1);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        first.server.close();
        second.server.close();
    }

    @Test
    void fetchesTheTokenAndHoldsItUntilItEnds() {
        assertThat(source.current()).isEmpty();
        source.start();
        awaitVersion(1);

        assertThat(source.current()).contains(new AccessToken(1, Secret.of("value-1")));
        now.set(NOW.plusSeconds(3_600));
        assertThat(source.current()).isEmpty();
    }

    @Test
    void aTokenWithoutAnEndIsHeldForEver() {
        first.ends = false;
        second.ends = false;
        source.start();
        awaitVersion(1);

        now.set(NOW.plus(Duration.ofDays(3_650)));
        assertThat(source.current()).isPresent();
    }

    @Test
    void aNewerTokenIsAtHandAsSoonAsThereIsOne() {
        source.start();
        awaitVersion(1);
        first.version = 2;
        second.version = 2;

        awaitVersion(2);
        assertThat(first.waits.get() + second.waits.get())
                .as("it waited, not polled")
                .isPositive();
    }

    @Test
    void asksAgainUntilThereIsOne() {
        first.status = 503;
        second.status = 503;
        source.start();
        await().until(() -> first.server.getRequestCount() >= 2);
        assertThat(source.current()).isEmpty();

        second.status = 200;
        awaitVersion(1);
    }

    @Test
    void aReplicaThatIsAwayIsPassedOver() {
        first.server.close();
        source.start();

        awaitVersion(1);
    }

    @Test
    void whileAllAreAwayTheTokenAtHandServesToItsEnd() throws Exception {
        source.start();
        awaitVersion(1);
        first.server.close();
        second.server.close();
        now.set(NOW.plusSeconds(3_599));

        assertThat(source.current()).isPresent();
        now.set(NOW.plusSeconds(3_600));
        assertThat(source.current()).isEmpty();
    }

    @Test
    void aReplicaThatHasFallenBehindTakesNothingBack() throws Exception {
        first.version = 2;
        source.start();
        awaitVersion(2);

        await().until(() -> second.server.getRequestCount() >= 2);
        assertThat(source.current()).map(AccessToken::version).contains(2L);
    }

    @Test
    void aTokenThatTheServiceReplacesIsFetchedFromWhoeverHasIt() {
        source.start();
        awaitVersion(1);
        first.verdict = Optional.of("replaced");
        first.whenReported = () -> first.version = 2;

        source.rejected(1);

        awaitVersion(2);
    }

    @Test
    void aReportGoesToTheReplicaThatLeads() {
        second.verdict = Optional.of("still_good");
        source.start();
        awaitVersion(1);

        source.rejected(1);

        await().until(() -> second.reports.get() == 1);
        assertThat(source.current()).map(AccessToken::version).contains(1L);
    }

    @Test
    void manyRefusalsOfOneTokenAreReportedOnce() throws Exception {
        first.verdict = Optional.of("still_good");
        second.verdict = Optional.of("still_good");
        source.start();
        awaitVersion(1);

        for (int times = 0; times < 1_000; times++) {
            source.rejected(1);
        }

        await().until(() -> first.reports.get() + second.reports.get() == 1);
        await().during(200, TimeUnit.MILLISECONDS).until(() -> first.reports.get() + second.reports.get() == 1);
    }

    @Test
    void theRefusalOfAnOldTokenIsNobodysBusiness() {
        first.version = 2;
        second.version = 2;
        source.start();
        awaitVersion(2);

        source.rejected(1);

        await().during(200, TimeUnit.MILLISECONDS).until(() -> first.reports.get() + second.reports.get() == 0);
    }

    @Test
    void anAnswerThatIsNoTokenIsNotHeld() {
        first.body = Optional.of("value-that-is-secret");
        second.body = Optional.of("{\"version\":3}");
        source.start();
        await().until(() -> first.server.getRequestCount() >= 2);

        assertThat(source.current()).isEmpty();
    }

    private void awaitVersion(long version) {
        await().until(() -> source.current().map(AccessToken::version).equals(Optional.of(version)));
    }

    /** One replica of the token-service. */
    private static final class Replica extends Dispatcher {
        private final MockWebServer server = new MockWebServer();
        private final AtomicInteger reports = new AtomicInteger();
        private final AtomicInteger waits = new AtomicInteger();
        private volatile int version = 1;
        private volatile int status = 200;
        private volatile boolean ends = true;
        private volatile Optional<String> body = Optional.empty();
        private volatile Optional<String> verdict = Optional.empty();
        private volatile Runnable whenReported = () -> {};

        Replica() {
            server.setDispatcher(this);
        }

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            if (!"Bearer caller".equals(request.getHeaders().get("Authorization"))) {
                return new MockResponse.Builder().code(401).build();
            }
            if (request.getUrl().encodedPath().endsWith("/rejections")) {
                return report();
            }
            if (status != 200) {
                return new MockResponse.Builder().code(status).build();
            }
            if (("\"" + version + "\"").equals(request.getHeaders().get("If-None-Match"))) {
                waits.incrementAndGet();
                return new MockResponse.Builder()
                        .code(304)
                        .headersDelay(20, TimeUnit.MILLISECONDS)
                        .build();
            }
            String end = ends ? "\"" + NOW.plusSeconds(3_600) + "\"" : "null";
            return new MockResponse.Builder()
                    .body(body.orElse("{\"version\":" + version + ",\"value\":\"value-" + version + "\",\"expires_at\":"
                            + end + ",\"refresh_after\":\"" + NOW + "\"}"))
                    .build();
        }

        private MockResponse report() {
            if (verdict.isEmpty()) {
                return new MockResponse.Builder().code(421).build();
            }
            reports.incrementAndGet();
            whenReported.run();
            return new MockResponse.Builder()
                    .body("{\"verdict\":\"" + verdict.get() + "\"}")
                    .build();
        }
    }
}
