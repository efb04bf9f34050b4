package io.fleetcommand.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudTest {
    private static final Duration LIFE = Duration.ofHours(1);
    private static final String MINTED = "{\"token_type\":\"bearer\",\"access_token\":\"t-1\",\"expires_in\":1800}";

    private final MockWebServer server = new MockWebServer();
    private Cloud cloud;

    @BeforeEach
    void start() throws IOException {
        server.start();
        OkHttpClient client = new OkHttpClient.Builder()
                .callTimeout(Duration.ofMillis(500))
                .retryOnConnectionFailure(false)
                .build();
        cloud = new Cloud(client, server.url("/"), "client-1", Secret.of("s:ecret"), LIFE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aTokenIsAskedForWithTheClientsCredentialsAndProvenBeforeItIsGivenOut() throws InterruptedException {
        answer(200, MINTED);
        answer(200, "{\"expires_at\":null}");

        assertThat(cloud.mint()).isEqualTo(new Mint.Done(Secret.of("t-1"), Duration.ofSeconds(1_800)));

        RecordedRequest mint = server.takeRequest();
        assertThat(mint.getMethod() + " " + mint.getUrl().encodedPath()).isEqualTo("POST /oauth/token");
        assertThat(mint.getHeaders().get("Authorization"))
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString("client-1:s:ecret".getBytes()));
        assertThat(mint.getBody().utf8()).isEqualTo("grant_type=client_credentials&expires_in=3600");
        RecordedRequest proof = server.takeRequest();
        assertThat(proof.getMethod() + " " + proof.getUrl().encodedPath()).isEqualTo("GET /v1/access_tokens/current");
        assertThat(proof.getHeaders().get("Authorization")).isEqualTo("Bearer t-1");
    }

    @Test
    void aTokenWithoutAnEndIsReplacedAfterTheWantedLife() {
        answer(200, "{\"access_token\":\"t-1\",\"expires_in\":0}");
        answer(200, "{}");

        assertThat(cloud.mint()).isEqualTo(new Mint.Done(Secret.of("t-1"), LIFE));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403})
    void wrongCredentialsAreARefusalInTheCloudsWords(int status) {
        answer(status, "{\"error\":\"invalid_client\",\"error_description\":\"Invalid client\",\"echo\":\"s:ecret\"}");

        assertThat(cloud.mint()).isEqualTo(new Mint.Refused(status + " invalid_client Invalid client"));
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 408, 429, 500, 502, 503, 302})
    void anyOtherStatusIsAFailureThatSaysNothingOfTheCredentials(int status) {
        answer(status, "<html>");

        assertThat(cloud.mint()).isEqualTo(new Mint.Failed("the cloud answers " + status));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{}", "{\"access_token\":\"\"}", "[]"})
    void anAnswerWithoutATokenIsAFailure(String body) {
        answer(200, body);

        assertThat(cloud.mint()).isEqualTo(new Mint.Failed("the cloud answers 200 without an access_token"));
    }

    @ParameterizedTest
    @CsvSource({"400", "401", "500"})
    void aTokenThatTheCloudDoesNotConfirmIsNotGivenOut(int status) {
        answer(200, MINTED);
        answer(status, "{}");

        assertThat(cloud.mint()).isEqualTo(new Mint.Failed("the cloud has not confirmed the token it has just made"));
    }

    @Test
    void aBrokenOrSilentConnectionIsAFailure() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket())
                .build());
        server.enqueue(new MockResponse.Builder()
                .body(MINTED)
                .headersDelay(5, TimeUnit.SECONDS)
                .build());

        assertThat(cloud.mint()).isInstanceOf(Mint.Failed.class);
        assertThat(cloud.mint()).isInstanceOf(Mint.Failed.class);
    }

    @Test
    void aCloudThatIsNotThereIsAFailure() {
        server.close();

        assertThat(cloud.mint())
                .isInstanceOfSatisfying(
                        Mint.Failed.class,
                        failed -> assertThat(failed.why()).startsWith("the cloud cannot be reached"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"200, true", "401, false", "400, false", "500, none", "429, none", "404, none"})
    void aTokenIsJudgedOnlyByAnAnswerThatConcernsIt(int status, Boolean accepted) {
        answer(status, "{}");

        assertThat(cloud.accepts(Secret.of("t-1"))).isEqualTo(Optional.ofNullable(accepted));
    }

    private void answer(int status, String body) {
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());
    }
}
