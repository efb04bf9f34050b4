package io.fleetcommand.simulator;

import static io.fleetcommand.simulator.Browser.PRODUCT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fleetcommand.simulator.fleet.FleetPlan;
import io.fleetcommand.simulator.fleet.Timing;
import io.fleetcommand.simulator.limits.LimitRules;
import io.fleetcommand.simulator.profile.Knob;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import io.fleetcommand.simulator.timing.Latency;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The effect of every setting of every knob on a client. */
class ProfileTest {
    private static final String DEVICE = FleetPlan.deviceId(7, 0);
    private static final String OFFLINE = "{\"condition\":\"offline\"}";

    /** The action before the check. */
    private interface Look {
        Browser.Page at(Browser cloud) throws Exception;
    }

    static Stream<Arguments> settings() {
        Look function = cloud -> cloud.call(DEVICE, "setLed", "on");
        Look variable = cloud -> cloud.read(DEVICE, "uptime");
        Look noFunction = cloud -> cloud.call(DEVICE, "fly", "on");
        Look noVariable = cloud -> cloud.read(DEVICE, "altitude");
        Look noDevice = cloud -> cloud.read("0".repeat(24), "uptime");
        Look noProduct = cloud -> cloud.get("/v1/products/9/devices/" + DEVICE + "/uptime");
        Look longArgument = cloud -> cloud.call(DEVICE, "setLed", "a".repeat(2_000));
        Look offline = cloud -> {
            cloud.control("POST", "/devices/" + DEVICE, OFFLINE);
            return cloud.call(DEVICE, "setLed", "on");
        };
        Look silent = cloud -> {
            cloud.control("POST", "/devices/" + DEVICE, "{\"condition\":\"silent\"}");
            cloud.call(DEVICE, "setLed", "on");
            return cloud.control("GET", "/counts/summary", "");
        };
        Look listedAfterLoss = cloud -> {
            cloud.control("POST", "/devices/" + DEVICE, OFFLINE);
            return cloud.get(PRODUCT + "/devices/" + DEVICE);
        };
        Look scopeMiss = cloud -> {
            String token = cloud.post(
                            PRODUCT + "/team", "{\"friendly_name\":\"p\",\"scopes\":[\"devices.variable:get\"]}")
                    .json()
                    .at("/created/tokens/0/token")
                    .asText();
            return cloud.with(token).call(DEVICE, "setLed", "on");
        };
        Look badClient = cloud -> cloud.mint("wrong");
        Look lockedOut = cloud -> {
            cloud.mint("wrong");
            cloud.mint("wrong");
            return cloud.mint("simulated-client-secret");
        };
        Look throttled = cloud -> {
            Browser.Page page = cloud.get("/v1/access_tokens/current");
            for (int i = 0; i < 40; i++) {
                page = cloud.get("/v1/access_tokens/current");
            }
            return page;
        };
        Look foreignDevice = cloud -> cloud.signInAsOwner().get("/v1/devices/" + "0".repeat(24));
        Look capitalId = cloud -> cloud.read(DEVICE.toUpperCase(Locale.ROOT), "uptime");
        Look nameOnProductPath = cloud -> cloud.read("device-0", "uptime");
        Look capitalName = cloud -> cloud.read(DEVICE, "UPTIME");
        Look offlineAndUnknown = cloud -> {
            cloud.control("POST", "/devices/" + DEVICE, OFFLINE);
            return cloud.call(DEVICE, "fly", "on");
        };
        Look badPageSize = cloud -> cloud.get(PRODUCT + "/devices?per_page=0");
        Look listing = cloud -> cloud.get(PRODUCT + "/devices?per_page=2");
        Look queryToken =
                cloud -> cloud.anonymous().get(PRODUCT + "/devices/" + DEVICE + "?access_token=" + cloud.token());
        Look tokenInfo = cloud -> cloud.get("/v1/access_tokens/current");
        Look tokenDeletion = cloud -> cloud.delete("/v1/access_tokens/" + cloud.token());
        Look apiUserChange = cloud -> {
            String user = cloud.post(PRODUCT + "/team", "{\"friendly_name\":\"p\",\"scopes\":[\"devices:get\"]}")
                    .json()
                    .at("/created/username")
                    .asText();
            return cloud.put(PRODUCT + "/team/" + user, "{\"scopes\":[\"devices:list\"]}");
        };
        return Stream.of(
                arguments(Setting.FOREIGN_DEVICE_403, foreignDevice, 403, "I didn't recognize that device name"),
                arguments(
                        Setting.FOREIGN_DEVICE_404,
                        foreignDevice,
                        404,
                        "{\"ok\":false,\"error\":\"Device not found\"}"),
                arguments(Setting.DEVICE_ID_CASE_IGNORED, capitalId, 200, "\"device\":\"" + DEVICE + "\""),
                arguments(Setting.DEVICE_ID_CASE_EXACT, capitalId, 404, "Device not found"),
                arguments(Setting.PRODUCT_PATH_NAME_UNKNOWN, nameOnProductPath, 404, "Device not found"),
                arguments(Setting.PRODUCT_PATH_NAME_ACCEPTED, nameOnProductPath, 200, "\"result\":1"),
                arguments(Setting.NAME_CASE_EXACT, capitalName, 404, "Unknown Variable: UPTIME"),
                arguments(Setting.NAME_CASE_IGNORED, capitalName, 200, "\"name\":\"uptime\",\"result\":1"),
                arguments(Setting.CHECK_ORDER_OFFLINE_FIRST, offlineAndUnknown, 408, "timed out"),
                arguments(Setting.CHECK_ORDER_NAME_FIRST, offlineAndUnknown, 404, "Function fly not found"),
                arguments(Setting.PAGE_SIZE_CLAMPED, badPageSize, 200, "\"per_page\":1,"),
                arguments(Setting.PAGE_SIZE_REFUSED, badPageSize, 400, "per_page must lie between 1 and 100"),
                arguments(
                        Setting.LISTING_META_ALL,
                        listing,
                        200,
                        "\"meta\":{\"page\":1,\"per_page\":2,\"total_pages\":2,\"total_records\":3,\"total\":3}"),
                arguments(Setting.LISTING_META_PAGES, listing, 200, "\"meta\":{\"total_pages\":2}"),
                arguments(
                        Setting.LISTING_META_RECORDS, listing, 200, "\"meta\":{\"total_pages\":2,\"total_records\":3}"),
                arguments(
                        Setting.LISTING_META_POSITION,
                        listing,
                        200,
                        "\"meta\":{\"page\":1,\"per_page\":2,\"total_pages\":2,\"total\":3}"),
                arguments(Setting.QUERY_TOKEN_ACCEPTED, queryToken, 200, DEVICE),
                arguments(Setting.QUERY_TOKEN_IGNORED, queryToken, 400, "The access token was not found"),
                arguments(Setting.TOKEN_INFO_CLIENT, tokenInfo, 200, "\"client\":\"fleet-command-1001\""),
                arguments(Setting.TOKEN_INFO_CLIENT_ID, tokenInfo, 200, "\"client_id\":\"fleet-command-1001\""),
                arguments(Setting.TOKEN_DELETION_OPEN, tokenDeletion, 200, "{\"ok\":true}"),
                arguments(Setting.TOKEN_DELETION_BASIC, tokenDeletion, 400, "Unknown user"),
                arguments(Setting.API_USER_CHANGE_UPDATED, apiUserChange, 200, "\"updated\":{"),
                arguments(Setting.API_USER_CHANGE_CREATED, apiUserChange, 200, "\"created\":{"),
                arguments(Setting.FUNCTION_BODY_CURRENT, function, 200, "\"name\":\"device-0\",\"connected\":true"),
                arguments(Setting.FUNCTION_BODY_WITHOUT_NAME, function, 200, DEVICE + "\",\"connected\":true"),
                arguments(Setting.FUNCTION_BODY_WITH_LAST_APP, function, 200, "\"last_app\":\"\""),
                arguments(Setting.VARIABLE_BODY_CURRENT, variable, 200, "\"cmd\":\"GetVar\""),
                arguments(Setting.VARIABLE_BODY_MINIMAL, variable, 200, "{\"name\":\"uptime\",\"result\":1"),
                arguments(
                        Setting.VARIABLE_BODY_2015,
                        variable,
                        200,
                        "{\"cmd\":\"VarReturn\",\"name\":\"uptime\",\"result\":1,\"coreInfo\""),
                arguments(Setting.OFFLINE_408, offline, 408, "{\"ok\":false,\"error\":\"timed out\"}"),
                arguments(Setting.OFFLINE_404, offline, 404, "timed out"),
                arguments(Setting.OFFLINE_400_SLOW, offline, 400, "Timed out."),
                arguments(Setting.OFFLINE_408_WITHOUT_OK, offline, 408, "{\"error\":\"Timed out.\"}"),
                arguments(Setting.SILENT_DEVICE_NOT_EXECUTED, silent, 200, "\"functions_run\":0"),
                arguments(Setting.SILENT_DEVICE_EXECUTED, silent, 200, "\"functions_run\":1"),
                arguments(Setting.UNKNOWN_FUNCTION_NAMED, noFunction, 404, "Function fly not found"),
                arguments(Setting.UNKNOWN_FUNCTION_UNNAMED, noFunction, 404, "\"Function not found\""),
                arguments(Setting.UNKNOWN_VARIABLE_NAMED, noVariable, 404, "Unknown Variable: altitude"),
                arguments(Setting.UNKNOWN_VARIABLE_UNNAMED, noVariable, 404, "\"Variable not found\""),
                arguments(Setting.UNKNOWN_DEVICE_404, noDevice, 404, "Device not found"),
                arguments(Setting.UNKNOWN_DEVICE_403, noDevice, 403, "Permission Denied"),
                arguments(Setting.UNKNOWN_PRODUCT_403, noProduct, 403, "Permission denied"),
                arguments(Setting.UNKNOWN_PRODUCT_404, noProduct, 404, "Product not found."),
                arguments(Setting.SCOPE_MISS_400, scopeMiss, 400, "unauthorized"),
                arguments(Setting.SCOPE_MISS_401, scopeMiss, 401, "unauthorized"),
                arguments(Setting.SCOPE_MISS_403, scopeMiss, 403, "unauthorized"),
                arguments(Setting.RETURN_VALUE_PRESENT, function, 200, "\"return_value\":2"),
                arguments(Setting.RETURN_VALUE_MISSING, function, 200, "\"ok\":false"),
                arguments(Setting.THROTTLE_BODY_JSON, throttled, 429, "{\"error\":"),
                arguments(Setting.THROTTLE_BODY_DOUBLE_ENCODED, throttled, 429, "\"{\\\"error\\\":"),
                arguments(Setting.THROTTLE_BODY_HTML, throttled, 429, "<html"),
                arguments(Setting.LIMIT_RULE_WINDOW, throttled, 429, ""),
                arguments(Setting.LOCK_OUT_429, lockedOut, 429, ""),
                arguments(Setting.LOCK_OUT_403, lockedOut, 403, "locked out"),
                arguments(Setting.BAD_CLIENT_400, badClient, 400, "invalid_client"),
                arguments(Setting.BAD_CLIENT_401, badClient, 401, "invalid_client"),
                arguments(Setting.LONG_ARGUMENT_CUT, longArgument, 200, "\"return_value\":1024"),
                arguments(Setting.LONG_ARGUMENT_REJECTED, longArgument, 400, "longer than 1024 bytes"),
                arguments(Setting.ONLINE_FLAG_LAGS_50S, listedAfterLoss, 200, "\"online\":true"),
                arguments(Setting.ONLINE_FLAG_LAGS_46MIN, listedAfterLoss, 200, "\"online\":true"),
                arguments(Setting.ONLINE_FLAG_EXACT, listedAfterLoss, 200, "\"online\":false"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void aSettingHasItsEffectOnTheResponse(Setting setting, Look look, int status, String text) throws Exception {
        // The setting of an offline device applies only once the cloud has detected that it is offline.
        Profile profile = setting.knob() == Knob.ONLINE_FLAG
                ? Profile.CURRENT.with(setting)
                : Profile.CURRENT.with(Setting.ONLINE_FLAG_EXACT).with(setting);
        try (Simulator simulator = start(profile)) {
            Browser.Page page = look.at(new Browser(simulator).signIn());

            assertThat(page.status()).isEqualTo(status);
            assertThat(page.text()).contains(text);
        }
    }

    @Test
    void retryAfterIsSentOnlyIfTheProfileHasIt() throws Exception {
        for (Setting setting : Knob.RETRY_AFTER.settings()) {
            try (Simulator simulator = start(Profile.CURRENT.with(setting))) {
                Browser cloud = new Browser(simulator).signIn();
                for (int i = 0; i < 40; i++) {
                    cloud.get("/v1/access_tokens/current");
                }
                assertThat(cloud.get("/v1/access_tokens/current")
                                .response()
                                .headers()
                                .firstValue("Retry-After"))
                        .isEqualTo(setting == Setting.RETRY_AFTER_PRESENT ? Optional.of("300") : Optional.empty());
            }
        }
    }

    @Test
    void theOldRuleAllowsTenRequestsPerSecondRegardlessOfTheOptions() throws Exception {
        try (Simulator simulator = start(Profile.CURRENT.with(Setting.LIMIT_RULE_TEN_PER_SECOND))) {
            Browser cloud = new Browser(simulator).signIn();
            for (int i = 0; i < 30; i++) {
                cloud.get("/v1/access_tokens/current");
            }
            assertThat(cloud.summary().path("worst_window_accepted").asInt()).isEqualTo(10);
        }
    }

    @Test
    void everySettingIsTested() {
        Stream<Setting> elsewhere =
                Stream.concat(Knob.RETRY_AFTER.settings().stream(), Stream.of(Setting.LIMIT_RULE_TEN_PER_SECOND));

        assertThat(Stream.concat(settings().map(row -> (Setting) row.get()[0]), elsewhere))
                .containsExactlyInAnyOrder(Setting.values());
    }

    @Test
    void anUnknownKnobOrSettingIsRejectedWithTheListOfValidOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Profile.CURRENT.with("ofline", "404"))
                .withMessageContaining("there is no knob 'ofline'")
                .withMessageContaining("offline");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Profile.CURRENT.with("offline", "500"))
                .withMessageContaining("400-slow");
        assertThat(Arrays.stream(Knob.values()).allMatch(knob -> knob.settings().size() > 1))
                .isTrue();
    }

    private static Simulator start(Profile profile) {
        return Simulator.start(SimulatorOptions.DEFAULT
                .with(profile)
                .with(FleetPlan.of(3, 7))
                .with(LimitRules.DEFAULT.withLimit(40, Duration.ofSeconds(300)).withLockOut(2, Duration.ofMinutes(30)))
                .with(Timing.DEFAULT
                        .withLatency(new Latency(Duration.ofMillis(2), Duration.ZERO))
                        .withDeviceTimeout(Duration.ofMillis(100))));
    }
}
