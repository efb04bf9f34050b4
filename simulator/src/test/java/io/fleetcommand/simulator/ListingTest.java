package io.fleetcommand.simulator;

import static io.fleetcommand.simulator.Browser.PRODUCT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.simulator.fleet.FleetPlan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The listing of a fleet with devices that differ. */
class ListingTest {
    private static final int DEVICES = 300;
    private static final int LARGE_FLEET = 100_000;
    private static final String DEVICE = FleetPlan.deviceId(7, 5);

    private final Simulator simulator = Simulator.start(SimulatorOptions.DEFAULT
            .with(FleetPlan.of(DEVICES, 7).withOffline(0.1))
            .withSetups(
                    "50,group=canary,group=eu,platform=6,firmware=3,system-firmware=3.3.1,function=reboot",
                    DEVICE + ",group=none,firmware=none"));

    private final Browser cloud = new Browser(simulator);

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void aLargeFleetIsListedPageByPageInOrderOfIds() throws Exception {
        try (Simulator large = Simulator.start(
                SimulatorOptions.DEFAULT.with(FleetPlan.of(LARGE_FLEET, 7).withOffline(0.1)))) {
            Browser browser = new Browser(large).signIn();
            List<String> ids = new ArrayList<>(LARGE_FLEET);
            int offline = 0;
            for (int page = 1; page <= LARGE_FLEET / 100; page++) {
                JsonNode devices = list(browser, "sortAttr=deviceId&sortDir=asc&per_page=100&page=" + page)
                        .path("devices");
                for (JsonNode device : devices) {
                    ids.add(device.path("id").asText());
                    offline += device.path("online").asBoolean(true) ? 0 : 1;
                }
            }

            assertThat(ids).hasSize(LARGE_FLEET).isSorted().doesNotHaveDuplicates();
            assertThat(offline).isEqualTo(LARGE_FLEET / 10);
            assertThat(list(browser, "sortAttr=deviceId&per_page=100&page=1001").path("devices"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deviceId", "firmwareVersion", "lastConnection"})
    void itIsReadFromEitherEnd(String order) throws Exception {
        cloud.signIn();
        JsonNode first = list("per_page=100&sortAttr=" + order).path("devices").get(0);
        JsonNode last = list("per_page=100&page=3&sortDir=desc&sortAttr=" + order)
                .path("devices")
                .get(99);

        assertThat(last).isEqualTo(first);
    }

    @Test
    void devicesDifferAsTheOptionsSay() throws Exception {
        cloud.signIn();
        JsonNode canaries = list("groups=canary&sortAttr=deviceId&per_page=100");

        assertThat(canaries.path("meta").path("total_records").asInt()).isEqualTo(49);
        JsonNode canary = canaries.path("devices").get(0);
        assertThat(canary.path("groups")).hasToString("[\"canary\",\"eu\"]");
        assertThat(canary.path("platform_id").asInt()).isEqualTo(6);
        assertThat(canary.path("firmware_version").asInt()).isEqualTo(3);
        assertThat(canary.path("system_firmware_version").asText()).isEqualTo("3.3.1");
        assertThat(canary.path("functions")).hasToString("[\"reboot\"]");

        JsonNode cleared = list("deviceId=" + DEVICE).path("devices").get(0);
        assertThat(cleared.path("groups")).isEmpty();
        assertThat(cleared.path("firmware_version").isNull()).isTrue();
        assertThat(cleared.path("platform_id").asInt()).isEqualTo(6);

        JsonNode ordinary =
                list("deviceId=" + FleetPlan.deviceId(7, 50)).path("devices").get(0);
        assertThat(ordinary.path("groups")).hasToString("[\"group-0\"]");
        assertThat(ordinary.path("platform_id").asInt()).isEqualTo(13);
        assertThat(ordinary.path("firmware_version").asInt()).isEqualTo(1);
        assertThat(ordinary.path("functions")).hasToString("[\"setLed\",\"reboot\",\"open\",\"count\"]");
    }

    @Test
    void aDeviceHasNoFunctionsButItsOwn() throws Exception {
        cloud.signIn();
        String canary = FleetPlan.deviceId(7, 1);
        cloud.control("POST", "/devices/" + canary, "{\"condition\":\"online\",\"latency\":\"1ms\"}");

        assertThat(cloud.call(canary, "reboot", "").status()).isEqualTo(200);
        assertThat(cloud.call(canary, "open", "").json().path("error").asText()).isEqualTo("Function open not found");
    }

    @Test
    void theControlApiChangesOneDevice() throws Exception {
        cloud.signIn();
        String id = FleetPlan.deviceId(7, 60);
        JsonNode changed = cloud.control(
                        "POST",
                        "/devices/" + id,
                        "{\"groups\":[\"a\"],\"platform\":32,\"firmware\":null,\"system_firmware\":\"5.8.0\","
                                + "\"functions\":null,\"condition\":\"silent\"}")
                .json();

        assertThat(changed)
                .hasToString("{\"id\":\"" + id + "\",\"index\":60,\"name\":\"device-60\",\"condition\":\"silent\","
                        + "\"groups\":[\"a\"],\"platform\":32,\"firmware\":null,\"system_firmware\":\"5.8.0\","
                        + "\"functions\":null,\"variables\":" + changed.path("variables") + "}");
        JsonNode listed = list("deviceId=" + id).path("devices").get(0);
        assertThat(listed.path("groups")).hasToString("[\"a\"]");
        assertThat(listed.path("functions").isNull()).isTrue();
        assertThat(listed.path("variables").isNull()).isTrue();
        assertThat(cloud.call(id, "reboot", "").status()).isEqualTo(404);
    }

    @Test
    void theControlApiChangesManyDevices() throws Exception {
        cloud.signIn();
        assertThat(change("{\"devices\":100,\"groups\":[\"first\"]}")).isEqualTo("{\"changed\":100}");
        assertThat(change("{\"devices\":\"90-109\",\"groups\":[\"second\"],\"condition\":\"offline\"}"))
                .isEqualTo("{\"changed\":20}");
        assertThat(change("{\"devices\":[\"" + DEVICE + "\"],\"groups\":[\"third\"]}"))
                .isEqualTo("{\"changed\":1}");

        assertThat(size("first")).isEqualTo(89);
        assertThat(size("second")).isEqualTo(20);
        assertThat(size("third")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"devices\":5}",
                "{\"groups\":[\"a\"]}",
                "{\"devices\":0,\"groups\":[]}",
                "{\"devices\":[\"nobody\"],\"groups\":[]}",
                "{\"devices\":5,\"colour\":\"red\"}",
                "{\"devices\":5,\"groups\":\"a\"}",
                "{\"devices\":5,\"platform\":\"six\"}",
                "{\"devices\":5,\"functions\":[\"fly\"]}",
                "{\"devices\":5,\"condition\":\"gone\"}"
            })
    void aChangeThatMakesNoSenseIsRejected(String json) throws Exception {
        assertThat(cloud.control("POST", "/devices", json).status()).isEqualTo(400);
    }

    private String change(String json) throws Exception {
        return cloud.control("POST", "/devices", json).text();
    }

    private int size(String group) throws Exception {
        return list("groups=" + group).path("meta").path("total_records").asInt();
    }

    private JsonNode list(String query) throws Exception {
        return list(cloud, query);
    }

    private static JsonNode list(Browser browser, String query) throws Exception {
        return browser.get(PRODUCT + "/devices?" + query).json();
    }
}
