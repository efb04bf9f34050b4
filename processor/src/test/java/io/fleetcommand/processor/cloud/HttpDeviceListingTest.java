package io.fleetcommand.processor.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.inventory.ListedDevice;
import io.fleetcommand.processor.core.inventory.ListingOutcome;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Failed;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Page;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Refused;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Throttled;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Unauthorised;
import io.fleetcommand.processor.core.inventory.ListingPage;
import io.fleetcommand.processor.core.inventory.PageRequest;
import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Secret;
import io.fleetcommand.text.VisibleText;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDeviceListingTest {
    private static final Duration LIMIT = Duration.ofMillis(2_000);
    private static final String LIVE = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
    private static final String ID = "e00fce68a1b2c3d4e5f60718";
    private static final PageRequest REQUEST = new PageRequest("rockets", 3, 100);
    private static final String EMPTY = "{\"devices\":[]}";
    private static final ListingPage NOTHING = new ListingPage(List.of(), 0, OptionalInt.empty(), OptionalLong.empty());

    private final MockWebServer server = new MockWebServer();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong nanos = new AtomicLong();
    private OkHttpClient client = HttpDeviceCloud.client(LIMIT, LIMIT, 4, nanos::get);
    private final List<Long> rejected = new ArrayList<>();
    private boolean knownToBeGood;
    private Optional<AccessToken> token = Optional.of(new AccessToken(7, Secret.of("t0ken")));

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        threads.shutdownNow();
    }

    @Test
    void aPageOfAProductIsAskedForInOrderOfTheIds() throws Exception {
        server.enqueue(response(200, EMPTY));

        assertThat(list()).isEqualTo(new Page(NOTHING));

        RecordedRequest sent = server.takeRequest(5, TimeUnit.SECONDS);
        assertThat(sent.getMethod()).isEqualTo("GET");
        assertThat(sent.getUrl().encodedPath()).isEqualTo("/v1/products/rockets/devices");
        assertThat(sent.getUrl().query()).isEqualTo("page=3&per_page=100&sortAttr=deviceId&sortDir=asc");
        assertThat(sent.getHeaders().get("Authorization")).isEqualTo("Bearer t0ken");
    }

    @Test
    void aProductIsListedThoughItsDevicesAreCalledByTheAccount() throws Exception {
        server.enqueue(response(200, EMPTY));

        new HttpDeviceListing(client, DeviceUrls.ofAccount(server.url("/")), () -> token, version -> false, clock())
                .page(new PageRequest("a/b ?", 1, 25));

        assertThat(server.takeRequest(5, TimeUnit.SECONDS).getUrl().encodedPath())
                .isEqualTo("/v1/products/a%2Fb%20%3F/devices");
    }

    @Test
    void aDeviceIsReadWithAllThatIsSaidOfIt() {
        server.enqueue(response(200, """
                {"devices":[{"id":"e00fce68a1b2c3d4e5f60718","name":"Pump 1","owner":null,"product_id":12345,
                  "platform_id":13,"online":true,"serial_number":"P046AE","groups":["canary","eu-west"],
                  "last_ip_address":"192.0.2.1","last_handshake_at":"2026-01-01T00:00:00.000Z",
                  "last_heard":"2026-01-01T00:00:01.250Z","cellular":true,"status":"normal","notes":"a \\"note\\"",
                  "development":false,"denied":false,"quarantined":false,"firmware_product_id":12345,
                  "firmware_version":42,"desired_firmware_version":null,"system_firmware_version":"6.2.0",
                  "targeted_firmware_release_version":42,"functions":["reboot","setLed"],
                  "variables":{"uptime":"int32","temperature":"double"}}],
                 "customers":[{"id":"x","username":"y"}],
                 "meta":{"page":3,"per_page":100,"total_pages":7,"total_records":601,"total":601}}
                """));

        assertThat(list())
                .isEqualTo(new Page(new ListingPage(
                        List.of(new ListedDevice(
                                ID,
                                "Pump 1",
                                true,
                                OptionalLong.of(1_767_225_601_250L),
                                List.of("canary", "eu-west"),
                                OptionalInt.of(13),
                                OptionalInt.of(42),
                                Optional.of("6.2.0"),
                                Optional.of(List.of("reboot", "setLed")),
                                Optional.of(Map.of("uptime", "int32", "temperature", "double")))),
                        0,
                        OptionalInt.of(7),
                        OptionalLong.of(601))));
    }

    static Stream<Arguments> oddFields() {
        return Stream.of(
                Arguments.of("\"platform_id\":\"13\"", plain(device -> device.platformId = OptionalInt.of(13))),
                Arguments.of("\"platform_id\":13.0", plain(device -> device.platformId = OptionalInt.of(13))),
                Arguments.of("\"platform_id\":13.5", plain()),
                Arguments.of("\"platform_id\":1e99", plain()),
                Arguments.of("\"platform_id\":" + "9".repeat(1_000), plain()),
                Arguments.of("\"platform_id\":NaN", plain()),
                Arguments.of("\"platform_id\":\"boron\"", plain()),
                Arguments.of("\"platform_id\":[13]", plain()),
                Arguments.of("\"firmware_version\":null", plain()),
                Arguments.of("\"firmware_version\":\"7\"", plain(device -> device.firmware = OptionalInt.of(7))),
                Arguments.of("\"firmware_version\":\"1.4.2\"", plain()),
                Arguments.of("\"system_firmware_version\":null", plain()),
                Arguments.of("\"system_firmware_version\":6", plain(device -> device.system = Optional.of("6"))),
                Arguments.of("\"system_firmware_version\":{\"a\":1}", plain()),
                Arguments.of("\"name\":null", plain()),
                Arguments.of("\"name\":12", plain(device -> device.name = "12")),
                Arguments.of("\"name\":[\"a\"]", plain()),
                Arguments.of("\"name\":\"" + "x".repeat(200) + "\"", plain(device -> device.name = "x".repeat(200))),
                Arguments.of("\"name\":\"" + "x".repeat(201) + "\"", plain()),
                Arguments.of("\"name\":\"" + "x".repeat(100_000) + "\"", plain()),
                Arguments.of("\"name\":\"a\\ud83db\"", plain(device -> device.name = "a\ufffdb")),
                Arguments.of("\"name\":\"" + LIVE + "\"", plain(device -> device.name = "***")),
                Arguments.of("\"online\":\"true\"", plain(device -> device.online = true)),
                Arguments.of("\"online\":null", plain()),
                Arguments.of("\"online\":1", plain()),
                Arguments.of("\"last_heard\":null", plain()),
                Arguments.of("\"last_heard\":\"yesterday\"", plain()),
                Arguments.of("\"last_heard\":\"+999999999-01-01T00:00:00Z\"", plain()),
                Arguments.of("\"last_heard\":1767225600", plain()),
                Arguments.of(
                        "\"last_heard\":\"1970-01-01T01:00:01+01:00\"",
                        plain(device -> device.lastHeard = OptionalLong.of(1_000))),
                Arguments.of("\"groups\":null", plain()),
                Arguments.of("\"groups\":\"a\"", plain(device -> device.groups = List.of("a"))),
                Arguments.of("\"groups\":{\"a\":1}", plain()),
                Arguments.of(
                        "\"groups\":[\"a\",null,7,[\"b\"],{},\"a\",\"" + "x".repeat(201) + "\"]",
                        plain(device -> device.groups = List.of("a", "7"))),
                Arguments.of("\"functions\":null", plain()),
                Arguments.of("\"functions\":[]", plain(device -> device.functions = Optional.of(List.of()))),
                Arguments.of("\"functions\":{\"reboot\":1}", plain()),
                Arguments.of("\"variables\":null", plain()),
                Arguments.of("\"variables\":{}", plain(device -> device.variables = Optional.of(Map.of()))),
                Arguments.of("\"variables\":[\"uptime\"]", plain()),
                Arguments.of(
                        "\"variables\":{\"a\":\"int32\",\"b\":null,\"c\":{}}",
                        plain(device -> device.variables = Optional.of(Map.of("a", "int32")))),
                Arguments.of("\"notes\":" + "[".repeat(20) + "]".repeat(20), plain()));
    }

    @ParameterizedTest
    @MethodSource("oddFields")
    void anOddFieldIsTakenForWhatItCanMean(String field, ListedDevice device) {
        token = Optional.of(new AccessToken(7, Secret.of(LIVE)));
        server.enqueue(response(200, "{\"devices\":[{" + field + ",\"id\":\"" + ID + "\"}]}"));

        assertThat(list())
                .isEqualTo(new Page(new ListingPage(List.of(device), 0, OptionalInt.empty(), OptionalLong.empty())));
    }

    @Test
    void anIdInCapitalsIsTheSameDevice() {
        server.enqueue(response(200, "{\"devices\":[{\"id\":\"" + ID.toUpperCase(Locale.ROOT) + "\"}]}"));

        assertThat(devices()).containsExactly(plain());
    }

    @Test
    void listsOfADeviceAreBounded() {
        String names = IntStream.range(0, 1_000).mapToObj(i -> "\"f" + i + "\"").collect(Collectors.joining(","));
        String types = IntStream.range(0, 1_000)
                .mapToObj(i -> "\"v" + i + "\":\"int32\"")
                .collect(Collectors.joining(","));
        server.enqueue(response(
                200,
                "{\"devices\":[{\"id\":\"" + ID + "\",\"groups\":[" + names + "],\"functions\":[" + names
                        + "],\"variables\":{" + types + "}}]}"));

        ListedDevice device = devices().get(0);

        assertThat(device.groups()).hasSize(200).startsWith("f0").endsWith("f199");
        assertThat(device.functions().orElseThrow()).hasSize(200);
        assertThat(device.variables().orElseThrow()).hasSize(200).containsEntry("v199", "int32");
    }

    @Test
    void whatIsNoDeviceIsSkippedAndCounted() {
        server.enqueue(response(
                200,
                "{\"devices\":[null,7,\"" + ID + "\",[{\"id\":\"" + ID + "\"}],{},{\"id\":null},{\"id\":\"pump\"},"
                        + "{\"id\":\"" + ID + "00\"},{\"id\":\"" + ID + "\"}]}"));

        assertThat(list())
                .isEqualTo(new Page(new ListingPage(List.of(plain()), 8, OptionalInt.empty(), OptionalLong.empty())));
    }

    static Stream<Arguments> metas() {
        return Stream.of(
                Arguments.of("{\"total_pages\":1}", OptionalInt.of(1), OptionalLong.empty()),
                Arguments.of("{\"total_pages\":\"2\"}", OptionalInt.of(2), OptionalLong.empty()),
                Arguments.of("{\"total_pages\":0}", OptionalInt.empty(), OptionalLong.empty()),
                Arguments.of("{\"total_pages\":-1}", OptionalInt.empty(), OptionalLong.empty()),
                Arguments.of("{\"total_pages\":null}", OptionalInt.empty(), OptionalLong.empty()),
                Arguments.of("{\"total_records\":5}", OptionalInt.empty(), OptionalLong.of(5)),
                Arguments.of("{\"total_records\":0,\"total\":9}", OptionalInt.empty(), OptionalLong.of(0)),
                Arguments.of("{\"total\":9,\"total_records\":8}", OptionalInt.empty(), OptionalLong.of(8)),
                Arguments.of(
                        "{\"page\":1,\"per_page\":2,\"total_pages\":5,\"total\":9}",
                        OptionalInt.of(5),
                        OptionalLong.of(9)),
                Arguments.of("{\"x\":[{}]}", OptionalInt.empty(), OptionalLong.empty()),
                Arguments.of("[]", OptionalInt.empty(), OptionalLong.empty()),
                Arguments.of("null", OptionalInt.empty(), OptionalLong.empty()));
    }

    @ParameterizedTest
    @MethodSource("metas")
    void theMetadataSaysHowMuchThereIs(String meta, OptionalInt pages, OptionalLong records) {
        server.enqueue(response(200, "{\"meta\":" + meta + ",\"devices\":[]}"));

        assertThat(list()).isEqualTo(new Page(new ListingPage(List.of(), 0, pages, records)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "7",
                "[]",
                "[{\"id\":\"e00fce68a1b2c3d4e5f60718\"}]",
                "{}",
                "{\"devices\":null}",
                "{\"devices\":{}}",
                "{\"devices\":\"none\"}",
                "{\"ok\":false,\"error\":\"timed out\"}",
                "{\"devices\":[]",
                "{\"devices\":[{\"id\":",
                "{\"devices\":[}",
                "{\"devices\":[]} x",
                "{\"devices\":[]}{\"devices\":[]}",
                "{\"devices\":[],\"devices\":[]}",
                "{\"devices\":[{\"id\":\"e00fce68a1b2c3d4e5f60718\",\"id\":\"e00fce68a1b2c3d4e5f60719\"}]}",
                "<html><h1>Sign in</h1></html>",
                "\"{\\\"devices\\\":[]}\""
            })
    void a200ThatIsNoListingIsAFailure(String body) {
        server.enqueue(response(200, body));

        assertThat(list())
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.reason())
                                .startsWith("200 with a body that cannot be read: ")
                                .hasSizeLessThanOrEqualTo(500));
    }

    @Test
    void whatTheCloudSaysInsteadOfAListingIsInTheReason() {
        server.enqueue(response(200, "{\"ok\":false,\"error\":\"timed out\"}"));

        assertThat(list())
                .isEqualTo(new Failed("200 with a body that cannot be read: no list of devices, but: timed out", 0));
    }

    static Stream<String> hostileBodies() {
        return Stream.of(
                "[".repeat(1_000_000),
                "{\"a\":".repeat(1_000_000),
                "{\"devices\":" + "[".repeat(1_000_000),
                "{\"devices\":[{\"id\":" + "{\"a\":".repeat(100_000),
                "{\"devices\":[{\"platform_id\":" + "9".repeat(1_001) + "}]}",
                "{\"devices\":[{\"notes\":" + "[".repeat(40) + "]".repeat(40) + "}]}",
                "{\"devices\":[{\"name\":\"" + "x".repeat(9 * 1024 * 1024) + "\"}]}",
                "{\"devices\":[" + ("{\"a\":\"" + "x".repeat(500) + "\"},").repeat(18_000) + "{}]}");
    }

    @ParameterizedTest
    @MethodSource("hostileBodies")
    void depthAndLengthAreBounded(String body) {
        server.enqueue(response(200, body));

        assertThat(list())
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.reason()).startsWith("200 with a body that cannot be read: "));
    }

    @Test
    void aSmallAnswerThatUnpacksToALargeOneIsBounded() throws IOException {
        Buffer packed = new Buffer();
        try (var gzip = Okio.buffer(new GzipSink(packed))) {
            gzip.writeUtf8("{\"devices\":[");
            for (int megabyte = 0; megabyte < 50; megabyte++) {
                gzip.writeUtf8(" ".repeat(1024 * 1024));
            }
            gzip.writeUtf8("]}");
        }
        server.enqueue(new MockResponse.Builder()
                .code(200)
                .addHeader("Content-Encoding", "gzip")
                .body(packed)
                .build());

        assertThat(list()).isInstanceOf(Failed.class);
    }

    @Test
    void aLargePageIsReadWhole() {
        String device =
                "{\"id\":\"%024x\",\"name\":\"%s\",\"notes\":\"" + "n".repeat(4_000) + "\",\"functions\":[\"a\"]}";
        server.enqueue(response(
                200,
                IntStream.range(0, 1_000)
                        .mapToObj(number -> String.format(device, number, "device-" + number))
                        .collect(Collectors.joining(",", "{\"devices\":[", "],\"meta\":{\"total_pages\":1}}"))));

        assertThat(devices())
                .hasSize(1_000)
                .last()
                .extracting(ListedDevice::name)
                .isEqualTo("device-999");
    }

    static Stream<Arguments> answers() {
        String html = "<html><h1>403 Forbidden</h1></html>";
        return Stream.of(
                Arguments.of(
                        400,
                        "{\"error\":\"unauthorized\",\"error_description\":\"not this endpoint\"}",
                        refused("400 not this endpoint")),
                Arguments.of(
                        400,
                        "{\"ok\":false,\"error\":\"per_page must lie between 1 and 100\"}",
                        refused("400 per_page must lie between 1 and 100")),
                Arguments.of(403, "{\"ok\":false,\"error\":\"Permission denied\"}", refused("403 Permission denied")),
                Arguments.of(403, "{\"error\":\"Permission denied\"}", refused("403 Permission denied")),
                Arguments.of(404, "{\"ok\":false,\"error\":\"Product not found.\"}", refused("404 Product not found.")),
                Arguments.of(404, "{\"error\":\"Product not found.\"}", refused("404 Product not found.")),
                Arguments.of(451, "{\"ok\":false,\"errors\":[\"no\"]}", refused("451 no")),
                Arguments.of(408, "{\"ok\":false,\"error\":\"timed out\"}", failed("408 timed out")),
                Arguments.of(404, "{\"ok\":false,\"error\":\"timed out\"}", failed("404 timed out")),
                Arguments.of(400, "{\"ok\":false,\"error\":\"Timed out.\"}", failed("400 Timed out.")),
                Arguments.of(408, "{\"ok\":false}", failed("408 {\"ok\":false}")),
                Arguments.of(401, "{\"error\":\"invalid_token\"}", unauthorised("401 invalid_token")),
                Arguments.of(401, "", unauthorised("401")),
                Arguments.of(401, html, unauthorised("401 with a page of HTML")),
                Arguments.of(400, "{\"error\":\"invalid_request\"}", unauthorised("400 invalid_request")),
                Arguments.of(403, "{\"error\":\"invalid_token\"}", unauthorised("403 invalid_token")),
                Arguments.of(404, "{\"error\":\"expired_token\"}", unauthorised("404 expired_token")),
                Arguments.of(429, "", throttled("429")),
                Arguments.of(429, "{\"error\":\"slow down\"}", throttled("429 slow down")),
                Arguments.of(429, "\"{\\\"error\\\":\\\"slow down\\\"}\"", throttled("429 slow down")),
                Arguments.of(429, html, throttled("429 with a page of HTML")),
                Arguments.of(204, "", failed("204")),
                Arguments.of(206, EMPTY, failed("206 " + EMPTY)),
                Arguments.of(301, "", failed("301")),
                Arguments.of(302, html, failed("302 with a page of HTML")),
                Arguments.of(500, "{\"ok\":false,\"error\":\"Permission denied\"}", failed("500 Permission denied")),
                Arguments.of(502, html, failed("502 with a page of HTML")),
                Arguments.of(503, "", failed("503")),
                Arguments.of(504, "{\"error\":\"invalid_token\"}", failed("504 invalid_token")));
    }

    private static Refused refused(String reason) {
        return new Refused(reason);
    }

    private static Failed failed(String reason) {
        return new Failed(reason, 0);
    }

    private static Unauthorised unauthorised(String reason) {
        return new Unauthorised(reason);
    }

    private static Throttled throttled(String reason) {
        return new Throttled(reason, 0);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void anAnswerMeans(int status, String body, ListingOutcome outcome) {
        server.enqueue(response(status, body));

        assertThat(list()).isEqualTo(outcome);
        assertThat(server.getRequestCount()).isEqualTo(1);
        assertThat(rejected).hasSize(outcome instanceof Unauthorised ? 1 : 0);
    }

    @ParameterizedTest
    @MethodSource("io.fleetcommand.processor.cloud.CloudAnswersTest#frontEnds")
    void aRefusalThatIsNotInTheCloudsFormIsAFailure(int status, String body) {
        server.enqueue(response(status, body));

        assertThat(list())
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.reason()).startsWith(status + " from a proxy or front end"));
    }

    @ParameterizedTest
    @MethodSource("io.fleetcommand.processor.cloud.HiddenTokenTest#repeatedTokens")
    void anAnswerThatRepeatsTheTokenIsShownWithoutIt(int status, String body) {
        token = Optional.of(new AccessToken(7, Secret.of(LIVE)));
        server.enqueue(response(status, body));

        String shown = list().toString();

        assertThat(shown.toLowerCase(Locale.ROOT))
                .doesNotContain(LIVE.substring(0, 8), LIVE.substring(LIVE.length() - 8));
        assertThat(VisibleText.isVisible(shown)).isTrue();
    }

    @Test
    void aListingThatRepeatsTheTokenIsReadWithoutIt() {
        token = Optional.of(new AccessToken(7, Secret.of(LIVE)));
        server.enqueue(response(
                200,
                "{\"devices\":[{\"id\":\"" + ID + "\",\"name\":\"a " + LIVE + "\",\"groups\":[\"" + LIVE
                        + "\"],\"functions\":[\"" + LIVE + "\"],\"variables\":{\"" + LIVE + "\":\"" + LIVE
                        + "\"},\"system_firmware_version\":\"" + LIVE + "\"}]}"));

        assertThat(list().toString()).contains("name=a ***").doesNotContain(LIVE);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503, 404})
    void theCloudsWishToBeLeftAloneIsReadInBothForms(int status) {
        for (String after : List.of("30", "Thu, 01 Jan 2026 00:00:30 GMT")) {
            server.enqueue(new MockResponse.Builder()
                    .code(status)
                    .addHeader("Retry-After", after)
                    .build());
            ListingOutcome outcome = list();
            assertThat(
                            outcome instanceof Throttled throttled
                                    ? throttled.retryAfterMs()
                                    : ((Failed) outcome).retryAfterMs())
                    .isEqualTo(30_000);
        }
    }

    @Test
    void aRefusedTokenIsReportedByItsVersionAndNeverShown() {
        server.enqueue(response(401, "{\"error\":\"invalid_token\"}"));

        assertThat(list().toString()).doesNotContain("t0ken");
        assertThat(rejected).containsExactly(7L);
    }

    @Test
    void theRefusalOfATokenThatIsKnownToBeGoodIsTheCloudsFault() {
        knownToBeGood = true;
        server.enqueue(response(401, "{\"error\":\"invalid_token\"}"));

        assertThat(list()).isEqualTo(failed("401 invalid_token, though the token is good"));
    }

    @Test
    void withoutATokenNothingIsSent() {
        token = Optional.empty();

        assertThat(list()).isEqualTo(failed("no access token is at hand"));
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void aTokenThatNoHeaderMayHoldIsNotSentNorShown() {
        token = Optional.of(new AccessToken(7, Secret.of("first-line\nsecond-line")));

        assertThat(list())
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.reason())
                                .contains("IllegalArgument")
                                .doesNotContain("first-line", "second-line"));
        assertThat(server.getRequestCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 421, 401, 503, 301, 302, 307, 308, 407})
    void nothingIsSentTwiceWhateverTheCloudSays(int status) {
        server.enqueue(new MockResponse.Builder()
                .code(status)
                .addHeader("Retry-After", "0")
                .addHeader("Location", server.url("/elsewhere"))
                .body("x")
                .build());
        server.enqueue(response(200, EMPTY));

        assertThat(list()).isNotEqualTo(new Page(NOTHING));
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void aConnectionThatBreaksIsAFailureAndThePageNotRepeated() {
        server.enqueue(response(200, EMPTY));
        list();
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket())
                .build());
        server.enqueue(response(200, EMPTY));

        assertThat(list()).isInstanceOf(Failed.class);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"200, Failed", "404, Failed", "500, Failed", "401, Unauthorised", "429, Throttled"})
    void anAnswerThatBreaksOffIsAFailureUnlessItsStatusSaysEnough(int status, String outcome) {
        server.enqueue(new MockResponse.Builder()
                .code(status)
                .body("{\"devices\":[" + "{},".repeat(20_000) + "{}]}")
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());

        assertThat(list().getClass().getSimpleName()).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"200, Failed", "404, Failed", "401, Unauthorised", "429, Throttled"})
    void aBodyThatIsNotTheGzipItClaimsToBeCannotBeRead(int status, String outcome) {
        server.enqueue(response(status, EMPTY)
                .newBuilder()
                .setHeader("Content-Encoding", "gzip")
                .build());

        assertThat(list().getClass().getSimpleName()).isEqualTo(outcome);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/octet-stream", "application/json; charset=utf-16", "nonsense"})
    void anAnswerIsReadForWhatItIsWhateverItsContentTypeSays(String type) {
        server.enqueue(response(200, "{\"devices\":[{\"id\":\"" + ID + "\",\"name\":\"Pümpe\"}]}")
                .newBuilder()
                .setHeader("Content-Type", type)
                .build());

        assertThat(devices()).extracting(ListedDevice::name).containsExactly("Pümpe");
    }

    @Test
    void aRequestThatHangsFailsWithinTheTimeOut() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());
        assertThat(list()).isInstanceOf(Failed.class);

        server.enqueue(new MockResponse.Builder()
                .code(200)
                .body(EMPTY)
                .onResponseBody(SocketEffect.Stall.INSTANCE)
                .build());
        assertThat(list()).isInstanceOf(Failed.class);
    }

    @Test
    void whatCannotBeReachedIsAFailure() {
        int port = server.getPort();
        assertThat(list(HttpUrl.get("https://127.0.0.1:" + port))).isInstanceOf(Failed.class);
        server.close();
        assertThat(list(HttpUrl.get("http://127.0.0.1:" + port))).isInstanceOf(Failed.class);
        assertThat(list(HttpUrl.get("http://no-such-host.invalid"))).isInstanceOf(Failed.class);
    }

    @Test
    void anAnswerThatIsNotHttpIsShownWithoutTheToken() throws Exception {
        token = Optional.of(new AccessToken(7, Secret.of(LIVE)));
        try (ServerSocket listener = new ServerSocket(0)) {
            threads.execute(() -> answer(listener, "Bearer " + LIVE + "\r\n\r\n"));

            assertThat(list(HttpUrl.get("http://127.0.0.1:" + listener.getLocalPort())))
                    .isInstanceOfSatisfying(
                            Failed.class,
                            failed ->
                                    assertThat(failed.reason()).contains("***").doesNotContain(LIVE));
        }
    }

    @Test
    void aStaleConnectionIsReplacedBeforeThePageIsAskedFor() throws Exception {
        BlockingQueue<String> closed = new ArrayBlockingQueue<>(10);
        try (ServerSocket hasty = new ServerSocket(0)) {
            threads.execute(() -> {
                while (!hasty.isClosed()) {
                    answer(hasty, "HTTP/1.1 200 OK\r\nContent-Length: " + EMPTY.length() + "\r\n\r\n" + EMPTY);
                    closed.add("closed");
                }
            });
            for (int page = 0; page < 3; page++) {
                assertThat(list(HttpUrl.get("http://127.0.0.1:" + hasty.getLocalPort())))
                        .isEqualTo(new Page(NOTHING));
                assertThat(closed.poll(5, TimeUnit.SECONDS)).isNotNull();
                nanos.addAndGet(StaleConnectionInterceptor.FRESH.toNanos());
            }
        }
    }

    /** Answers one request on one connection, and closes it without announcing that. */
    private static void answer(ServerSocket server, String response) {
        try (Socket socket = server.accept()) {
            assertThat(socket.getInputStream().read(new byte[10_000])).isPositive();
            socket.getOutputStream().write(response.getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            assertThat(server.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void aConnectionIsReusedForTheNextPageOverTls(String protocol) throws Exception {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .build();
        HandshakeCertificates tls = new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .addTrustedCertificate(certificate.certificate())
                .build();
        client = client.newBuilder()
                .sslSocketFactory(tls.sslSocketFactory(), tls.trustManager())
                .build();
        try (MockWebServer secured = new MockWebServer()) {
            secured.useHttps(tls.sslSocketFactory());
            secured.setProtocols(Stream.of(Protocol.get(protocol), Protocol.HTTP_1_1)
                    .distinct()
                    .toList());
            secured.start();
            for (int exchange = 0; exchange < 3; exchange++) {
                secured.enqueue(response(200, EMPTY));

                assertThat(list(secured.url("/"))).isEqualTo(new Page(NOTHING));
                RecordedRequest sent = secured.takeRequest(5, TimeUnit.SECONDS);
                assertThat(sent.getConnectionIndex()).isZero();
                assertThat(sent.getExchangeIndex()).isEqualTo(exchange);
            }
        }
    }

    private List<ListedDevice> devices() {
        return ((Page) list()).content().devices();
    }

    private ListingOutcome list() {
        return list(server.url("/"));
    }

    private ListingOutcome list(HttpUrl base) {
        return new HttpDeviceListing(
                        client,
                        DeviceUrls.ofProducts(base),
                        () -> token,
                        version -> {
                            rejected.add(version);
                            return knownToBeGood;
                        },
                        clock())
                .page(REQUEST);
    }

    private static InstantSource clock() {
        return InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
    }

    private static MockResponse response(int status, String body) {
        return new MockResponse.Builder().code(status).body(body).build();
    }

    /** A device of which nothing but the id is said. */
    private static ListedDevice plain() {
        return plain(device -> {});
    }

    private static ListedDevice plain(Consumer<Fields> change) {
        Fields fields = new Fields();
        change.accept(fields);
        return new ListedDevice(
                ID,
                fields.name,
                fields.online,
                fields.lastHeard,
                fields.groups,
                fields.platformId,
                fields.firmware,
                fields.system,
                fields.functions,
                fields.variables);
    }

    private static final class Fields {
        private String name = "";
        private boolean online;
        private OptionalLong lastHeard = OptionalLong.empty();
        private List<String> groups = List.of();
        private OptionalInt platformId = OptionalInt.empty();
        private OptionalInt firmware = OptionalInt.empty();
        private Optional<String> system = Optional.empty();
        private Optional<List<String>> functions = Optional.empty();
        private Optional<Map<String, String>> variables = Optional.empty();
    }
}
