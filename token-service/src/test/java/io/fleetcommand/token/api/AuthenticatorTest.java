package io.fleetcommand.token.api;

import static io.fleetcommand.token.api.ApiFixture.OPERATOR;
import static io.fleetcommand.token.api.ApiFixture.READER;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is served, over HTTP. */
class AuthenticatorTest {
    private final ApiFixture api = ApiFixture.start();

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({"GET, /v1/token", "POST, /v1/token/1/rejections", "GET, /v1/status", "POST, /v1/rotations"})
    void anUnknownCallerIsRejected(String method, String path) throws Exception {
        api.runRotator();

        for (String authorization : List.of("Bearer wrong", "Basic reader-secret", "Bearer")) {
            HttpResponse<String> response =
                    api.send(api.request(path, authorization).method(method, HttpRequest.BodyPublishers.noBody()));
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.body()).doesNotContain("value-").contains("unknown caller");
        }
        assertThat(api.cloud().verifyCalls).hasValue(1);
        assertThat(api.accesses()).containsOnly(AccessOutcome.UNKNOWN_CALLER);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/token, operator-secret",
        "POST, /v1/token/1/rejections, operator-secret",
        "GET, /v1/status, reader-secret",
        "POST, /v1/rotations, reader-secret"
    })
    void aCallerOfAnotherRoleIsRejected(String method, String path, String secret) throws Exception {
        api.runRotator();

        HttpResponse<String> response =
                api.send(api.request(path, "Bearer " + secret).method(method, HttpRequest.BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).doesNotContain("value-").contains("role");
        assertThat(api.accesses()).containsExactly(AccessOutcome.WRONG_ROLE);
    }

    @Test
    void wrongSecretsAreThrottledByAddress() throws Exception {
        for (int attempt = 0; attempt < AuthFailureThrottle.FREE_FAILURES; attempt++) {
            assertThat(api.get("/v1/token", "Bearer wrong-" + attempt).statusCode())
                    .isEqualTo(401);
        }

        HttpResponse<String> throttled = api.get("/v1/token", READER);
        assertThat(throttled.statusCode()).isEqualTo(429);
        assertThat(throttled.headers().firstValue("Retry-After")).contains("2");
        assertThat(api.accesses()).endsWith(AccessOutcome.UNKNOWN_CALLER, AccessOutcome.SLOWED);

        api.pass(Duration.ofSeconds(1));
        assertThat(api.get("/v1/token", READER).statusCode()).isEqualTo(503);
    }

    @Test
    void aRequestWithABodyIsRejected() throws Exception {
        HttpResponse<String> response = api.send(
                api.request("/v1/rotations", OPERATOR).POST(HttpRequest.BodyPublishers.ofString("x".repeat(2_000))));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).isEqualTo("{\"error\":\"the request must have no body\"}");
        assertThat(api.accesses()).containsExactly(AccessOutcome.BAD_REQUEST);
    }
}
