package io.fleetcommand.token.api;

import static io.fleetcommand.token.api.ApiFixture.FIRST;
import static io.fleetcommand.token.api.ApiFixture.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls of readers, as the readers see them. */
class ReaderRoutesTest {
    private final ApiFixture api = ApiFixture.start();

    @AfterEach
    void stop() {
        api.close();
    }

    @Nested
    class Token {
        @Test
        void theTokenIsServedWithItsVersionAndTimes() throws Exception {
            api.runRotator();

            HttpResponse<String> response = api.get("/v1/token", READER);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("ETag")).contains("\"" + FIRST + "\"");
            assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(response.body())
                    .isEqualTo("{\"version\":" + FIRST + ",\"value\":\"value-1\",\"expires_at\":null,"
                            + "\"refresh_after\":\"2026-01-01T00:30:00Z\"}");
        }

        @Test
        void aCallerThatHasTheTokenGetsNotModified() throws Exception {
            api.runRotator();

            HttpResponse<String> response =
                    api.send(api.request("/v1/token", READER).header("If-None-Match", "\"" + FIRST + "\""));

            assertThat(response.statusCode()).isEqualTo(304);
            assertThat(response.body()).isEmpty();
        }

        @Test
        void withoutATokenTheReasonIsTold() throws Exception {
            HttpResponse<String> response = api.get("/v1/token", READER);

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).isEqualTo("{\"error\":\"no token has been issued yet\"}");
        }

        @Test
        void aReplicaThatIsNotLeaderServesTheToken() throws Exception {
            api.runRotator();
            api.store().setLeader(false);

            assertThat(api.get("/v1/token", READER).statusCode()).isEqualTo(200);
        }
    }

    @Nested
    class LongPoll {
        @Test
        void aNewerTokenIsReturnedAtOnce() throws Exception {
            api.runRotator();
            CompletableFuture<HttpResponse<String>> waiting = api.sendAsync(
                    api.request("/v1/token?wait_ms=30000", READER).header("If-None-Match", "\"" + FIRST + "\""));
            await().until(() -> api.waiting() == 1);
            assertThat(waiting).isNotDone();

            api.pass(Duration.ofMinutes(30));
            api.runRotator();

            assertThat(waiting.get(5, TimeUnit.SECONDS).body()).contains("\"version\":" + (FIRST + 1));
        }

        @Test
        void theFirstTokenIsReturnedAtOnce() throws Exception {
            CompletableFuture<HttpResponse<String>> waiting =
                    api.sendAsync(api.request("/v1/token?wait_ms=30000", READER));
            await().until(() -> api.waiting() == 1);

            api.runRotator();

            assertThat(waiting.get(5, TimeUnit.SECONDS).body()).contains("value-1");
        }

        @Test
        void aTimeoutGivesNotModified() throws Exception {
            api.runRotator();

            HttpResponse<String> response =
                    api.send(api.request("/v1/token?wait_ms=50", READER).header("If-None-Match", "\"" + FIRST + "\""));

            assertThat(response.statusCode()).isEqualTo(304);
        }

        @ParameterizedTest
        @ValueSource(strings = {"-1", "60001", "soon", "9999999999999"})
        void aWaitOutOfRangeIsRejected(String wait) throws Exception {
            HttpResponse<String> response = api.get("/v1/token?wait_ms=" + wait, READER);

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("from 0 to 60000");
        }
    }

    @Nested
    class Rejection {
        @Test
        void aThousandReportsCauseOneVerificationAndOneIssue() throws Exception {
            api.runRotator();
            api.cloud().valid.clear();

            List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
            for (int caller = 0; caller < 1_000; caller++) {
                responses.add(api.sendAsync(rejection(Long.toString(FIRST))));
            }

            for (CompletableFuture<HttpResponse<String>> response : responses) {
                assertThat(response.get().body()).isEqualTo("{\"verdict\":\"replaced\"}");
            }
            assertThat(api.cloud().issueCalls).hasValue(2);
            // The first token is verified twice, for publication and for the reports; the second once.
            assertThat(api.cloud().verifyCalls).hasValue(3);
            assertThat(api.get("/v1/token", READER).body()).contains("value-2");
        }

        @ParameterizedTest
        @ValueSource(strings = {"latest", "-1", "1234567890123456789", "1%2f2"})
        void aVersionThatIsNoNumberIsRejected(String version) throws Exception {
            HttpResponse<String> response = api.send(rejection(version));

            assertThat(response.statusCode()).isIn(400, 404);
            assertThat(response.body()).doesNotContain(version);
        }

        @Test
        void aReplicaThatIsNotLeaderMisdirects() throws Exception {
            api.runRotator();
            api.store().setLeader(false);

            assertThat(api.send(rejection(Long.toString(FIRST))).statusCode()).isEqualTo(421);
            assertThat(api.cloud().verifyCalls).hasValue(1);
        }

        private HttpRequest.Builder rejection(String version) {
            return api.request("/v1/token/" + version + "/rejections", READER)
                    .POST(HttpRequest.BodyPublishers.noBody());
        }
    }
}
