package io.fleetcommand.token.cloud;

import static io.fleetcommand.token.cloud.CloudFixture.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenPhase;
import io.fleetcommand.token.rotator.IssueResult;
import io.fleetcommand.token.rotator.Verification;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiUserTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Intent INTENT = new Intent(1, "abc", NOW);

    private final MockWebServer server = new MockWebServer();
    private ApiUser issuer;

    @BeforeEach
    void start() throws IOException {
        server.start();
        issuer = new ApiUser(CloudFixture.client(), server.url("/"), "p1", Secret.of("admin"), "fleet");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aTokenBelongsToANewUserWithOnlyTheScopesItNeeds() throws InterruptedException {
        answer(
                server,
                200,
                "{\"ok\":true,\"created\":{\"username\":\"fleet-abc+g7@api.particle.io\",\"is_programmatic\":true,"
                        + "\"tokens\":[{\"token\":\"t-1\"}]}}");

        assertThat(issuer.issue(INTENT))
                .isEqualTo(new IssueResult.Done(Secret.of("t-1"), "fleet-abc+g7@api.particle.io", Optional.empty()));

        RecordedRequest request = server.takeRequest();
        assertThat(request.getMethod() + " " + request.getUrl().encodedPath()).isEqualTo("POST /v1/products/p1/team");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer admin");
        assertThat(request.getBody().utf8())
                .isEqualTo("{\"friendly_name\":\"fleet-abc\",\"scopes\":[\"devices.function:call\","
                        + "\"devices.variable:get\",\"devices:list\"]}");
    }

    @ParameterizedTest
    @CsvSource({"401, Refused", "403, Refused", "400, Refused", "429, Throttled", "500, Failed", "404, Failed"})
    void aResponseWithoutAUserIsNoToken(int status, String kind) {
        answer(server, status, "{\"error\":\"x\"}");

        assertThat(issuer.issue(INTENT).getClass().getSimpleName()).isEqualTo(kind);
    }

    @Test
    void aUserWithoutATokenIsAFailure() {
        answer(server, 200, "{\"ok\":true,\"created\":{\"username\":\"u\"}}");

        assertThat(issuer.issue(INTENT)).isInstanceOf(IssueResult.Failed.class);
    }

    @Test
    void aTokenIsVerifiedByListingDevices() throws InterruptedException {
        answer(server, 200, "{\"devices\":[]}");

        assertThat(issuer.verify(Secret.of("t-1"))).isEqualTo(new Verification.Accepted(Optional.empty()));
        RecordedRequest request = server.takeRequest();
        assertThat(request.getUrl().encodedPath() + "?" + request.getUrl().encodedQuery())
                .isEqualTo("/v1/products/p1/devices?per_page=1");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer t-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "204 | '' | true",
                "200 | {\"ok\":true} | true",
                "404 | {\"ok\":false,\"error\":\"User not found\"} | true",
                "404 | <html>Not Found</html> | false",
                "401 | {\"error\":\"invalid_token\"} | false",
                "500 | '' | false"
            })
    void aTokenIsRevokedByDeletingItsUser(int status, String body, boolean revoked) throws InterruptedException {
        answer(server, status, body);
        KnownToken token = new KnownToken(
                1, Secret.of("t-1"), "fleet-abc+g7@api.particle.io", NOW, Optional.empty(), TokenPhase.RETIRED, NOW);

        assertThat(issuer.revoke(token)).isEqualTo(revoked);
        RecordedRequest request = server.takeRequest();
        assertThat(request.getMethod() + " " + request.getUrl().encodedPath())
                .isEqualTo("DELETE /v1/products/p1/team/fleet-abc%2Bg7%40api.particle.io");
    }

    @Test
    void recoveryDeletesOnlyTheUsersOfTheInterruptedIntent() throws InterruptedException {
        answer(
                server,
                200,
                "{\"ok\":true,\"team\":[{\"username\":\"owner@x\",\"role\":{}},"
                        + "{\"username\":\"fleet-abd+1@api\",\"is_programmatic\":true},"
                        + "{\"username\":\"fleet-abc@human\",\"role\":{}},"
                        + "{\"username\":\"fleet-abc+2@api\",\"is_programmatic\":true}]}");
        answer(server, 204, "");

        assertThat(issuer.recover(INTENT)).isTrue();

        server.takeRequest();
        assertThat(server.takeRequest().getUrl().encodedPath()).endsWith("/team/fleet-abc%2B2%40api");
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void aTeamThatCannotBeListedIsNotRecovered() {
        answer(server, 500, "");

        assertThat(issuer.recover(INTENT)).isFalse();
    }
}
