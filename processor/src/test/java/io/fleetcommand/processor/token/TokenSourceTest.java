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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
                () -> 0);
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
        await("it waits, and does not poll").until(() -> first.waits.get() + second.waits.get() > 0);
        first.version = 2;
        second.version = 2;

        awaitVersion(2);
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
    void aReplacedTokenIsFetchedFromTheReplicaThatHasIt() {
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
    void aRefusedTokenIsInDoubtUntilTheServiceSaysThatItIsStillGoodAndAgainAfterAWhile() {
        first.verdict = Optional.of("still_good");
        second.verdict = Optional.of("still_good");
        source.start();
        awaitVersion(1);

        assertThat(source.rejected(1)).as("before the verdict").isFalse();
        await().until(() -> source.rejected(1));
        assertThat(source.rejected(2)).as("of another token").isFalse();
        now.set(NOW.plusSeconds(119));
        assertThat(source.rejected(1)).isTrue();
        now.set(NOW.plusSeconds(120));
        assertThat(source.rejected(1)).as("two minutes later").isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"replaced", "unknown", "nonsense"})
    void aRefusedTokenStaysInDoubtWhateverElseTheServiceSays(String verdict) {
        first.verdict = Optional.of(verdict);
        second.verdict = Optional.of(verdict);
        source.start();
        awaitVersion(1);

        source.rejected(1);

        await().until(() -> first.reports.get() + second.reports.get() == 1);
        await().during(200, TimeUnit.MILLISECONDS).until(() -> !source.rejected(1));
    }

    @Test
    void aRefusedTokenStaysInDoubtWhileTheServiceIsAway() {
        source.start();
        awaitVersion(1);
        first.server.close();
        second.server.close();

        source.rejected(1);

        await().during(200, TimeUnit.MILLISECONDS).until(() -> !source.rejected(1));
    }

    @Test
    void theRejectionOfAnOldTokenIsNotReported() {
        first.version = 2;
        second.version = 2;
        source.start();
        awaitVersion(2);

        source.rejected(1);

        await().during(200, TimeUnit.MILLISECONDS).until(() -> first.reports.get() + second.reports.get() == 0);
    }

    @Test
    void anAnswerAtOnceIsNotAskedForAgainAtOnce() {
        first.waitMs = 0;
        second.waitMs = 0;
        source.start();
        awaitVersion(1);

        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        assertThat(first.server.getRequestCount() + second.server.getRequestCount())
                .as("a turn a second, at most")
                .isLessThanOrEqualTo(4);
    }

    @Test
    void theSameTokenAgainIsAskedForLessAndLess() {
        first.ignoresKnown = true;
        second.ignoresKnown = true;
        source.start();
        awaitVersion(1);

        await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
        assertThat(first.server.getRequestCount() + second.server.getRequestCount())
                .isBetween(2, 3);
    }

    @Test
    void theWatchGoesOnAfterWhateverGoesWrong() {
        AtomicInteger calls = new AtomicInteger();
        TokenSource shaken = new TokenSource(
                new OkHttpClient.Builder()
                        .addInterceptor(chain -> {
                            if (calls.incrementAndGet() <= 2) {
                                throw new IllegalStateException("nobody expected this");
                            }
                            return chain.proceed(chain.request());
                        })
                        .build(),
                List.of(first.server.url("/")),
                Secret.of("caller"),
                threads,
                now::get,
                () -> 1);
        shaken.start();

        await().until(() -> shaken.current().isPresent());
        assertThat(calls).hasValue(3);
    }

    @Test
    void aReportThatFailsInAnyWayMayBeMadeAgain() {
        AtomicInteger reports = new AtomicInteger();
        TokenSource shaken = new TokenSource(
                new OkHttpClient.Builder()
                        .addInterceptor(chain -> {
                            if (chain.request().url().encodedPath().endsWith("/rejections")) {
                                reports.incrementAndGet();
                                throw new IllegalStateException("nobody expected this");
                            }
                            return chain.proceed(chain.request());
                        })
                        .build(),
                List.of(first.server.url("/")),
                Secret.of("caller"),
                threads,
                now::get,
                () -> 1);
        shaken.start();
        await().until(() -> shaken.current().isPresent());

        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            shaken.rejected(1);
            return reports.get() == 2;
        });
        await().during(Duration.ofMillis(500)).until(() -> {
            shaken.rejected(1);
            return reports.get() == 2;
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "value-that-is-secret",
                "",
                "null",
                "[]",
                "{\"version\":3}",
                "{\"version\":0,\"value\":\"value-0\"}",
                "{\"version\":-1,\"value\":\"value-0\"}",
                "{\"version\":3,\"value\":\"two lines\\nX: y\"}",
                "{\"version\":3,\"value\":\"\u00e4\"}",
                "{\"version\":3,\"value\":\"value-3\",\"expires_at\":\"soon\"}"
            })
    void whatIsNoTokenIsNotHeld(String body) {
        first.body = Optional.of(body);
        second.body = Optional.of(body);
        source.start();
        await().until(() -> first.server.getRequestCount() + second.server.getRequestCount() >= 2);

        assertThat(source.current()).isEmpty();
    }

    @Test
    void anAnswerWithoutAnEndIsNotReadToIt() {
        first.body = Optional.of("{\"version\":3,\"value\":\"" + "x".repeat(1_000_000));
        second.version = 2;
        source.start();

        awaitVersion(2);
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
        private volatile int waitMs = 20;
        private volatile boolean ignoresKnown;
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
            if (!ignoresKnown
                    && ("\"" + version + "\"").equals(request.getHeaders().get("If-None-Match"))) {
                waits.incrementAndGet();
                return new MockResponse.Builder()
                        .code(304)
                        .headersDelay(waitMs, TimeUnit.MILLISECONDS)
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
