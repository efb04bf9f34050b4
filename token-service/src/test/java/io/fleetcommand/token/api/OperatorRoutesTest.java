package io.fleetcommand.token.api;

import static io.fleetcommand.token.api.ApiFixture.FIRST;
import static io.fleetcommand.token.api.ApiFixture.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fleetcommand.token.rotator.IssueResult;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The calls of operators, as the operators see them. */
class OperatorRoutesTest {
    private final ApiFixture api = ApiFixture.start();

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void theStatusShowsEveryTokenWithoutItsValue() throws Exception {
        api.runRotator();

        assertThat(api.get("/v1/status", OPERATOR).body())
                .isEqualTo("{\"leads\":true,\"usable\":true,\"version\":" + FIRST
                        + ",\"next\":\"idle until 2026-01-01T00:01:00Z\",\"alarm\":false,\"failed_mints_in_a_row\":0,"
                        + "\"no_mint_before\":\"1970-01-01T00:00:00Z\",\"refused_by_cloud\":false,\"ordered\":false,"
                        + "\"tokens\":[{\"version\":" + FIRST + ",\"phase\":\"current\","
                        + "\"minted_at\":\"2026-01-01T00:00:00Z\",\"expires_at\":null,"
                        + "\"due\":\"2026-01-01T00:30:00Z\"}]}");
    }

    @Test
    void aRequestedRotationIsAcceptedAndExecuted() throws Exception {
        api.runRotator();

        HttpResponse<String> requested = api.post("/v1/rotations", OPERATOR);

        assertThat(requested.statusCode()).isEqualTo(202);
        assertThat(requested.body()).isEqualTo("{\"newer_than\":" + FIRST + "}");
        await().untilAsserted(() -> assertThat(api.get("/v1/status", OPERATOR).body())
                .contains("\"version\":" + (FIRST + 1), "\"phase\":\"retired\"", "\"alarm\":false")
                .doesNotContain("value-"));
    }

    @Test
    void aRequestThatCannotBeStoredIsRefused() throws Exception {
        api.runRotator();
        api.store().failNext(1);

        HttpResponse<String> requested = api.post("/v1/rotations", OPERATOR);

        assertThat(requested.statusCode()).isEqualTo(503);
        assertThat(requested.body()).isEqualTo("{\"error\":\"the rotation request could not be stored\"}");
    }

    @Test
    void aReplicaThatIsNotLeaderMisdirectsARequest() throws Exception {
        api.runRotator();
        api.store().setLeader(false);

        assertThat(api.post("/v1/rotations", OPERATOR).statusCode()).isEqualTo(421);
        assertThat(api.get("/v1/status", OPERATOR).body()).contains("\"leads\":false");
    }

    @Test
    void wrongCredentialsAreReported() throws Exception {
        api.cloud().nextIssue = Optional.of(new IssueResult.Refused("400 invalid_client"));
        for (int time = 0; time < 3; time++) {
            api.runRotator();
            api.pass(Duration.ofSeconds(60));
        }

        assertThat(api.get("/ready", "").body())
                .contains("issuing is stopped: 3 consecutive attempts to issue a token have failed");
        assertThat(api.get("/v1/status", OPERATOR).body()).contains("\"alarm\":true", "\"next\":\"stopped until");
    }
}
