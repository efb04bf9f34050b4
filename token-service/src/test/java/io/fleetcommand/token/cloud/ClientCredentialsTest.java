package io.fleetcommand.token.cloud;

import static io.fleetcommand.token.cloud.CloudFixture.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenPhase;
import io.fleetcommand.token.rotation.TokenState;
import io.fleetcommand.token.rotator.IssueResult;
import io.fleetcommand.token.rotator.Verification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCredentialsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Intent INTENT = new Intent(1, "intent-1", NOW);
    private static final String ISSUED = "{\"token_type\":\"bearer\",\"access_token\":\"t-1\",\"expires_in\":1800}";

    private final MockWebServer server = new MockWebServer();
    private ClientCredentials issuer;

    @BeforeEach
    void start() throws IOException {
        server.start();
        issuer = new ClientCredentials(
                CloudFixture.client(),
                server.url("/"),
                "client-1",
                Secret.of("s:ecret"),
                Duration.ofHours(1),
                () -> NOW);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the secret is A-CLIENT-SECRET",
                "\\u0061-client-secret",
                "a%2Dclient%2dsecret",
                "Basic Y2xpZW50LTE6YS1jbGllbnQtc2VjcmV0",
                "\\u001b[31m\\na-client-secret"
            })
    void aRefusalThatEchoesTheSecretIsRedacted(String description) {
        ClientCredentials secretive = new ClientCredentials(
                CloudFixture.client(),
                server.url("/"),
                "client-1",
                Secret.of("a-client-secret"),
                Duration.ofHours(1),
                () -> NOW);
        String body = "{\"error\":\"" + "x".repeat(470) + "\",\"error_description\":\"" + description + "\"}";
        answer(server, 400, body);
        answer(
                server,
                401,
                body.replace("a-client-secret", "The-Token-1234").replace("x".repeat(470), "invalid_token"));

        String refused = ((IssueResult.Refused) secretive.issue(INTENT)).reason();
        String rejected = ((Verification.Rejected) secretive.verify(Secret.of("the-token-1234"))).reason();

        for (String shown : new String[] {refused, rejected}) {
            assertThat(shown.toLowerCase(Locale.ROOT)).doesNotContain("client-secret", "the-token", "y2xpzw50lte6ys1j");
            assertThat(shown).doesNotContain("\u001b", "\n").hasSizeLessThanOrEqualTo(504);
        }
        assertThat(refused).contains("***");
    }

    @Test
    void thereIsNothingToRecoverAndNoSourceToChange() {
        assertThat(issuer.recover(INTENT)).isTrue();
        assertThat(issuer.hasSourceChanged(TokenState.NONE)).isFalse();
        assertThat(server.getRequestCount()).isZero();
    }

    @Nested
    class Issuing {
        @Test
        void theClientsCredentialsAndTheLifetimeAreSent() throws InterruptedException {
            answer(server, 200, ISSUED);

            assertThat(issuer.issue(INTENT))
                    .isEqualTo(new IssueResult.Done(Secret.of("t-1"), "", Optional.of(NOW.plusSeconds(1_800))));

            RecordedRequest request = server.takeRequest();
            assertThat(request.getMethod() + " " + request.getUrl().encodedPath())
                    .isEqualTo("POST /oauth/token");
            assertThat(request.getHeaders().get("Authorization"))
                    .isEqualTo("Basic "
                            + Base64.getEncoder().encodeToString("client-1:s:ecret".getBytes(StandardCharsets.UTF_8)));
            assertThat(request.getBody().utf8()).isEqualTo("grant_type=client_credentials&expires_in=3600");
        }

        @Test
        void anExpiryOfZeroMeansThatTheTokenDoesNotExpire() {
            answer(server, 200, "{\"access_token\":\"t-1\",\"expires_in\":0}");

            assertThat(issuer.issue(INTENT)).isEqualTo(new IssueResult.Done(Secret.of("t-1"), "", Optional.empty()));
        }

        @ParameterizedTest
        @ValueSource(ints = {400, 401, 403})
        void wrongCredentialsAreARefusalWithTheCloudsMessage(int status) {
            answer(
                    server,
                    status,
                    "{\"error\":\"invalid_client\",\"error_description\":\"Invalid client\",\"echo\":\"s:ecret\"}");

            assertThat(issuer.issue(INTENT))
                    .isEqualTo(new IssueResult.Refused(status + " invalid_client Invalid client"));
        }

        @Test
        void tooManyRequestsAreThrottled() {
            answer(server, 429, "\"{\\\"error\\\":\\\"slow down\\\"}\"");

            assertThat(issuer.issue(INTENT)).isEqualTo(new IssueResult.Throttled("the cloud answers 429"));
        }

        @ParameterizedTest
        @ValueSource(ints = {404, 408, 500, 502, 503, 302})
        void anyOtherStatusIsAFailureAndNoRefusal(int status) {
            answer(server, status, "<html>");

            assertThat(issuer.issue(INTENT)).isEqualTo(new IssueResult.Failed("the cloud answers " + status));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "<html>", "{}", "{\"access_token\":\"\"}", "[]"})
        void aResponseWithoutATokenIsAFailure(String body) {
            answer(server, 200, body);

            assertThat(issuer.issue(INTENT))
                    .isEqualTo(new IssueResult.Failed("the cloud answers 200 without an access_token"));
        }

        @Test
        void aTokenThatNoHeaderMayHoldIsRejected() {
            answer(server, 200, "{\"access_token\":\"two\\nlines\"}");

            assertThat(issuer.issue(INTENT)).isInstanceOf(IssueResult.Failed.class);
        }

        @Test
        void aBrokenOrSilentConnectionIsAFailure() {
            server.enqueue(new MockResponse.Builder()
                    .onResponseStart(new SocketEffect.CloseSocket())
                    .build());
            server.enqueue(new MockResponse.Builder()
                    .body(ISSUED)
                    .headersDelay(5, TimeUnit.SECONDS)
                    .build());

            assertThat(issuer.issue(INTENT)).isInstanceOf(IssueResult.Failed.class);
            assertThat(issuer.issue(INTENT)).isInstanceOf(IssueResult.Failed.class);
        }
    }

    @Nested
    class Verifying {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "200 | {} | Accepted",
                    "401 | {\"error\":\"invalid_token\",\"error_description\":\"The access token provided is invalid.\"} | Rejected",
                    "401 | {\"error\":\"expired_token\"} | Rejected",
                    "400 | {\"error\":\"invalid_request\"} | Rejected",
                    "403 | {\"error\":\"Permission Denied\"} | Rejected",
                    "403 | {\"ok\":false,\"errors\":[\"no\"]} | Rejected",
                    "401 | <html>Unauthorized</html> | Unknown",
                    "403 | <html>Forbidden</html> | Unknown",
                    "403 | {\"error\":\"Forbidden\"} | Unknown",
                    "403 | {\"message\":\"Forbidden\"} | Unknown",
                    "403 | {\"error\":\"access_denied\",\"error_description\":\"IP not allowed\"} | Unknown",
                    "401 | {\"status\":401,\"title\":\"Unauthorized\"} | Unknown",
                    "400 | {} | Unknown",
                    "500 | {} | Unknown",
                    "429 | {} | Unknown",
                    "404 | {} | Unknown"
                })
        void onlyAResponseAboutTheTokenDecidesItsVerification(int status, String body, String verdict)
                throws InterruptedException {
            answer(server, status, body);

            assertThat(issuer.verify(Secret.of("t-1")).getClass().getSimpleName())
                    .isEqualTo(verdict);
            RecordedRequest request = server.takeRequest();
            assertThat(request.getMethod() + " " + request.getUrl().encodedPath())
                    .isEqualTo("GET /v1/access_tokens/current");
            assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer t-1");
        }

        @Test
        void theVerificationReturnsTheExpiry() {
            answer(server, 200, "{\"expires_at\":\"2026-01-02T03:04:05.000Z\"}");
            answer(server, 200, "{\"expires_at\":null}");

            assertThat(issuer.verify(Secret.of("t-1")))
                    .isEqualTo(new Verification.Accepted(Optional.of(Instant.parse("2026-01-02T03:04:05Z"))));
            assertThat(issuer.verify(Secret.of("t-1"))).isEqualTo(new Verification.Accepted(Optional.empty()));
        }
    }

    @Nested
    class Revoking {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "200 | {\"ok\":true} | true",
                    "204 | '' | true",
                    "401 | {\"error\":\"invalid_token\",\"error_description\":\"The access token provided is invalid.\"} | true",
                    "404 | {\"ok\":false,\"error\":\"Not found\"} | true",
                    "401 | <html>Unauthorized</html> | false",
                    "404 | <html>Not Found</html> | false",
                    "404 | {\"message\":\"no Route matched with those values\"} | false",
                    "404 | '' | false",
                    "403 | {\"ok\":false,\"error\":\"Permission denied\"} | false",
                    "429 | {\"error\":\"Too many requests\"} | false",
                    "500 | {\"ok\":false} | false"
                })
        void aTokenIsRevokedOnlyByTheWordOfTheCloud(int status, String body, boolean revoked)
                throws InterruptedException {
            answer(server, status, body);

            KnownToken token = new KnownToken(1, Secret.of("t-1"), "", NOW, Optional.empty(), TokenPhase.RETIRED, NOW);

            assertThat(issuer.revoke(token)).isEqualTo(revoked);
            RecordedRequest revoke = server.takeRequest();
            assertThat(revoke.getMethod() + " " + revoke.getUrl().encodedPath())
                    .isEqualTo("DELETE /v1/access_tokens/current");
            assertThat(revoke.getHeaders().get("Authorization")).isEqualTo("Bearer t-1");
        }
    }
}
