package io.fleetcommand.simulator;

import static io.fleetcommand.simulator.Browser.PRODUCT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.simulator.fleet.FleetPlan;
import io.fleetcommand.simulator.fleet.Timing;
import io.fleetcommand.simulator.timing.Latency;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cloud over HTTP, with the default profile. */
class SimulatorTest {
    private static final int DEVICES = 60;
    private static final String DEVICE = FleetPlan.deviceId(7, 5);

    private Simulator simulator;
    private Browser cloud;

    @BeforeEach
    void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.DEFAULT
                .with(FleetPlan.of(DEVICES, 7))
                .with(Timing.DEFAULT
                        .withLatency(new Latency(Duration.ofMillis(5), Duration.ZERO))
                        .withWake(Duration.ofMillis(100))
                        .withDeviceTimeout(Duration.ofMillis(400))));
        cloud = new Browser(simulator).signIn();
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void aFunctionIsExecutedOnItsDeviceAndCounted() throws Exception {
        Browser.Page page = cloud.call(DEVICE, "setLed", "ön");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.json())
                .hasToString("{\"id\":\"" + DEVICE + "\",\"name\":\"device-5\",\"connected\":true,\"return_value\":3}");
        JsonNode ran = cloud.control("GET", "/devices/" + DEVICE + "/executions", "")
                .json()
                .path("executions");
        assertThat(ran).hasSize(1);
        assertThat(ran.get(0).path("name").asText()).isEqualTo("setLed");
        assertThat(ran.get(0).path("argument").asText()).isEqualTo("ön");
        assertThat(cloud.summary().path("functions_run").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"temperature, 21.25", "uptime, 6", "locked, false", "firmware, 1.4.2"})
    void aVariableIsReadWithItsType(String variable, String value) throws Exception {
        Browser.Page page = cloud.read(DEVICE, variable);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.json().path("result").asText()).isEqualTo(value);
        assertThat(page.json().path("coreInfo").path("deviceID").asText()).isEqualTo(DEVICE);
        assertThat(cloud.get(PRODUCT + "/devices/" + DEVICE + "/" + variable + "?format=raw")
                        .text())
                .isEqualTo(value);
    }

    @Test
    void theProductMayBeGivenByItsSlug() throws Exception {
        assertThat(cloud.get("/v1/products/simulated-fleet/devices/" + DEVICE + "/uptime")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whatDoesNotExistIsReportedByName() throws Exception {
        String stranger = "0".repeat(24);

        assertRefused(cloud.call(DEVICE, "fly", "up"), 404, "Function fly not found");
        assertRefused(cloud.read(DEVICE, "altitude"), 404, "Unknown Variable: altitude");
        assertRefused(cloud.call(stranger, "setLed", "on"), 404, "Device not found");
        assertRefused(cloud.get("/v1/products/999/devices/" + DEVICE + "/uptime"), 403, "Permission denied");
        assertThat(cloud.summary().path("functions_run").asInt()).isZero();
    }

    @Test
    void aTokenIsRequiredAndItsFaultsAreReported() throws Exception {
        Browser anonymous = new Browser(simulator);

        assertThat(anonymous.call(DEVICE, "setLed", "on").status()).isEqualTo(400);
        assertThat(anonymous.with("wrong").call(DEVICE, "setLed", "on").status())
                .isEqualTo(401);
        assertThat(anonymous
                        .with("wrong")
                        .read(DEVICE, "uptime")
                        .json()
                        .path("error")
                        .asText())
                .isEqualTo("invalid_token");
    }

    @Test
    void aTokenCanBeInspectedAndDeleted() throws Exception {
        assertThat(cloud.get("/v1/access_tokens/current").json().path("client").asText())
                .isEqualTo("fleet-command-1001");

        assertThat(cloud.delete("/v1/access_tokens/" + cloud.token()).status()).isEqualTo(200);
        assertThat(cloud.read(DEVICE, "uptime").status()).isEqualTo(401);
        assertThat(cloud.summary().path("tokens_minted").asInt()).isEqualTo(1);
        assertThat(cloud.summary().path("tokens_revoked").asInt()).isEqualTo(1);
    }

    @Test
    void theFleetIsListedInPages() throws Exception {
        JsonNode first =
                cloud.get(PRODUCT + "/devices?sortAttr=deviceId&per_page=50").json();
        JsonNode second = cloud.get(PRODUCT + "/devices?sortAttr=deviceId&per_page=50&page=2")
                .json();

        List<String> ids = new ArrayList<>();
        first.path("devices").forEach(device -> ids.add(device.path("id").asText()));
        second.path("devices").forEach(device -> ids.add(device.path("id").asText()));
        assertThat(ids).hasSize(DEVICES).doesNotHaveDuplicates().isSorted();
        assertThat(first.path("meta").path("total_pages").asInt()).isEqualTo(2);
        assertThat(first.path("meta").path("total_records").asInt()).isEqualTo(DEVICES);
    }

    @Test
    void devicesAreFoundByGroupAndMovedBetweenGroups() throws Exception {
        assertThat(cloud.post(PRODUCT + "/groups", "{\"name\":\"vip\"}").status())
                .isEqualTo(201);
        assertThat(cloud.put(
                                PRODUCT + "/devices",
                                "{\"action\":\"groups\",\"devices\":[\"" + DEVICE
                                        + "\"],\"metadata\":{\"add\":[\"vip\"]}}")
                        .status())
                .isEqualTo(200);

        JsonNode found = cloud.get(PRODUCT + "/devices?groups=vip").json().path("devices");
        assertThat(found).hasSize(1);
        assertThat(found.get(0).path("id").asText()).isEqualTo(DEVICE);
        assertThat(cloud.get(PRODUCT + "/groups/vip")
                        .json()
                        .path("group")
                        .path("device_count")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void anApiUserMayDoOnlyWhatItsScopesAllow() throws Exception {
        JsonNode created = cloud.post(
                        PRODUCT + "/team", "{\"friendly_name\":\"poller\",\"scopes\":[\"devices.variable:get\"]}")
                .json()
                .path("created");
        Browser user = cloud.with(created.path("tokens").get(0).path("token").asText());

        assertThat(user.read(DEVICE, "uptime").status()).isEqualTo(200);
        assertRefused(user.call(DEVICE, "setLed", "on"), 400, "unauthorized");

        cloud.delete(PRODUCT + "/team/" + created.path("username").asText());
        assertThat(user.read(DEVICE, "uptime").status()).isEqualTo(401);
    }

    @Test
    void anOfflineDeviceNeitherRespondsNorExecutes() throws Exception {
        cloud.control("POST", "/devices/" + DEVICE, "{\"condition\":\"offline\"}");

        assertRefused(cloud.call(DEVICE, "setLed", "on"), 408, "timed out");
        assertThat(cloud.summary().path("functions_run").asInt()).isZero();
    }

    @Test
    void aSleepingDeviceWakesUpAndRespondsLater() throws Exception {
        cloud.control("POST", "/devices/" + DEVICE, "{\"condition\":\"sleeping\"}");
        long before = System.nanoTime();

        assertThat(cloud.call(DEVICE, "setLed", "on").status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void aSlowCallIsExecutedAfterTheTimeout() throws Exception {
        cloud.control("POST", "/devices/" + DEVICE, "{\"latency\":\"600ms\"}");

        assertRefused(cloud.call(DEVICE, "setLed", "on"), 408, "timed out");
        await().untilAsserted(() ->
                assertThat(cloud.summary().path("executed_but_unheard").asInt()).isEqualTo(1));
    }

    @Test
    void theCloudIsReachedOverHttpsWithItsCertificate() throws Exception {
        try (Simulator secure = Simulator.start(SimulatorOptions.DEFAULT.withHttps())) {
            HandshakeCertificates trust = new HandshakeCertificates.Builder()
                    .addTrustedCertificate(Certificates.decodeCertificatePem(
                            secure.certificatePem().orElseThrow()))
                    .build();
            Browser browser = new Browser(
                    HttpClient.newBuilder().sslContext(trust.sslContext()).build(),
                    secure.httpsUrl().orElseThrow(),
                    secure.controlUrl());

            assertThat(browser.signIn().call(DEVICE, "setLed", "on").status()).isEqualTo(200);
        }
    }

    @Test
    void countsCanBeReset() throws Exception {
        cloud.call(DEVICE, "setLed", "on");
        JsonNode all = cloud.control("GET", "/counts", "").json();
        assertThat(all.path("requests").asInt()).isEqualTo(2);
        assertThat(all.path("functions").toString()).contains(DEVICE).contains("setLed");

        cloud.control("DELETE", "/counts", "");

        assertThat(cloud.summary().path("requests").asInt()).isZero();
        assertThat(cloud.summary().path("window_now").asInt()).isEqualTo(2);
    }

    private static void assertRefused(Browser.Page page, int status, String error) {
        assertThat(page.status()).isEqualTo(status);
        assertThat(page.json().path("error").asText()).isEqualTo(error);
    }
}
