package io.fleetcommand.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.simulator.fleet.FleetPlan;
import io.fleetcommand.simulator.fleet.Timing;
import io.fleetcommand.simulator.timing.Latency;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fault injection. */
class FaultsTest {
    private static final String DEVICE = FleetPlan.deviceId(7, 0);
    private static final String OTHER = FleetPlan.deviceId(7, 1);

    private Simulator simulator;
    private Browser cloud;

    @BeforeEach
    void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.DEFAULT
                .with(FleetPlan.of(3, 7))
                .with(Timing.DEFAULT.withLatency(new Latency(Duration.ofMillis(2), Duration.ZERO))));
        cloud = new Browser(simulator).signIn();
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'kind':'status','status':500}|500|Timed out, didn't hear back|0",
                "{'kind':'status','status':500,'executed':true}|500|Timed out, didn't hear back|1",
                "{'kind':'status','status':401}|401|invalid_token|0",
                "{'kind':'status','status':418,'body':'teapot'}|418|teapot|0",
                "{'kind':'html'}|502|<html|0",
                "{'kind':'html','status':403}|403|<html|0",
                "{'kind':'throttle'}|429|error|0",
                "{'kind':'double_encoded_429'}|429|\"{\\\"error|0",
                "{'kind':'cloud_down'}|503|<html|0",
                "{'kind':'token_revoked'}|401|invalid_token|0",
            })
    void aFaultAffectsTheClientAndTheDevice(String fault, int status, String text, int executed) throws Exception {
        assertThat(cloud.fault(fault.replace('\'', '"')).status()).isEqualTo(201);

        Browser.Page page = cloud.call(DEVICE, "setLed", "on");

        assertThat(page.status()).isEqualTo(status);
        assertThat(page.text()).contains(text);
        assertThat(cloud.summary().path("functions_run").asInt()).isEqualTo(executed);
        assertThat(cloud.summary().path("faults_struck").asInt()).isEqualTo(1);
    }

    @Test
    void badJsonIsTheTruncatedResponseOfAnExecutedCall() throws Exception {
        cloud.fault("{\"kind\":\"bad_json\"}");

        Browser.Page page = cloud.call(DEVICE, "setLed", "on");

        assertThat(page.status()).isEqualTo(200);
        assertThatThrownBy(page::json).hasMessageContaining("not JSON");
        assertThat(cloud.summary().path("functions_run").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConnectionIsResetBeforeOrAfterTheExecution(boolean executed) throws Exception {
        cloud.fault("{\"kind\":\"reset\",\"executed\":" + executed + "}");

        assertThatThrownBy(() -> cloud.call(DEVICE, "setLed", "on"))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
        assertThat(cloud.summary().path("functions_run").asInt()).isEqualTo(executed ? 1 : 0);
    }

    @Test
    void aSlowResponseIsDelayed() throws Exception {
        cloud.fault("{\"kind\":\"slow\",\"delay_ms\":300}");
        long before = System.nanoTime();

        assertThat(cloud.call(DEVICE, "setLed", "on").status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void aHangEndsWithoutAResponse() {
        assertThatThrownBy(() -> {
                    cloud.fault("{\"kind\":\"hang\",\"delay_ms\":200}");
                    cloud.call(DEVICE, "setLed", "on");
                })
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void onlyTheNextRequestsOfItsScopeAreStruck() throws Exception {
        cloud.fault("{\"kind\":\"status\",\"status\":500,\"next\":2,\"route\":\"function\",\"device\":\"" + DEVICE
                + "\",\"name\":\"setLed\"}");

        assertThat(cloud.call(OTHER, "setLed", "on").status()).isEqualTo(200);
        assertThat(cloud.call(DEVICE, "reboot", "").status()).isEqualTo(200);
        assertThat(cloud.read(DEVICE, "uptime").status()).isEqualTo(200);
        assertThat(cloud.call(DEVICE, "setLed", "on").status()).isEqualTo(500);
        assertThat(cloud.call(DEVICE, "setLed", "on").status()).isEqualTo(500);
        assertThat(cloud.call(DEVICE, "setLed", "on").status()).isEqualTo(200);
    }

    @Test
    void aFractionOfTheRequestsIsStruck() throws Exception {
        cloud.fault("{\"kind\":\"status\",\"status\":500,\"rate\":0.5}");

        int struck = 0;
        for (int i = 0; i < 200; i++) {
            struck += cloud.read(DEVICE, "uptime").status() == 500 ? 1 : 0;
        }
        assertThat(struck).isBetween(60, 140);
    }

    @Test
    void connectionsAreRefusedUntilTheFaultIsCleared() throws Exception {
        int id = cloud.fault("{\"kind\":\"connections_refused\"}")
                .json()
                .path("id")
                .asInt();
        assertThatThrownBy(() -> cloud.read(DEVICE, "uptime")).isInstanceOf(ConnectException.class);

        assertThat(cloud.control("DELETE", "/faults/" + id, "").status()).isEqualTo(204);
        assertThat(cloud.read(DEVICE, "uptime").status()).isEqualTo(200);
    }

    @Test
    void allTokensCanBeRevoked() throws Exception {
        assertThat(cloud.control("POST", "/tokens/revoke", "")
                        .json()
                        .path("revoked")
                        .asInt())
                .isEqualTo(1);
        assertThat(cloud.read(DEVICE, "uptime").status()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'kind':'explode'}|'explode' is not a kind of fault; there are status, slow",
                "{'kind':'status','satus':500}|a fault has no [satus]",
                "{'kind':'status','status':700}|status must lie between 200 and 599",
                "{'kind':'status','rate':2}|rate is a share",
                "{'kind':'status','next':0}|next must be at least 1",
                "{'kind':'connections_refused','next':1}|until it is cleared",
            })
    void anInvalidFaultIsRejectedWithAMessage(String fault, String error) throws Exception {
        Browser.Page page = cloud.fault(fault.replace('\'', '"'));

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.json().path("error").asText()).contains(error);
    }
}
