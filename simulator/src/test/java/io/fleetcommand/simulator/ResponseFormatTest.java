package io.fleetcommand.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.simulator.fleet.FleetPlan;
import io.fleetcommand.simulator.fleet.Timing;
import io.fleetcommand.simulator.limits.LimitRules;
import io.fleetcommand.simulator.timing.Latency;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Any request gets JSON in the cloud's format, or 204 without a body; never a 5xx except 501. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResponseFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int REQUESTS_PER_SEED = 400;
    private static final String DEVICE = FleetPlan.deviceId(7, 0);

    private static final List<String> METHODS = List.of(
            "GET",
            "GET",
            "GET",
            "HEAD",
            "POST",
            "POST",
            "PUT",
            "PUT",
            "PATCH",
            "DELETE",
            "OPTIONS",
            "QUERY",
            "PROPFIND");
    private static final List<String> AREAS = List.of(
            "/v1/devices",
            "/v1/products/12345/devices",
            "/v1/products/simulated-fleet/devices",
            "/v1/products/12345/groups",
            "/v1/products/12345/team",
            "/v1/products/12345/clients",
            "/v1/products/12345/customers",
            "/v1/products/12345",
            "/v1/products",
            "/v1/products/9/devices",
            "/v1/clients",
            "/v1/access_tokens",
            "/v1/user",
            "/v1/webhooks",
            "/v1/products/12345/firmware",
            "/v1/orgs/o/team",
            "/oauth/token",
            "/v1",
            "/",
            "");
    private static final List<String> WORDS = List.of(
            "",
            "/" + DEVICE,
            "/" + DEVICE.toUpperCase(Locale.ROOT),
            "/device-1",
            "/setLed",
            "/uptime",
            "/events",
            "/owner",
            "/ping",
            "/%2F",
            "/%25",
            "/%00",
            "/%ff",
            "/%zz",
            "/%3B;x=y",
            "/..",
            "/.",
            "//",
            "/a%20b",
            "/%F0%9F%90%B3",
            "/" + "x".repeat(3000));
    private static final List<String> QUERIES = List.of(
            "",
            "?",
            "?page=0&per_page=-1",
            "?page=2147483648&per_page=999999999999999999999",
            "?per_page=x",
            "?format=%",
            "?groups=%zz&deviceName=%ff",
            "?=&&=a&b",
            "?access_token=x",
            "?sortAttr=firmwareVersion&sortDir=up&quarantined=true");
    private static final List<String> TYPES = List.of(
            "application/json",
            "Application/JSON; charset=nonsense",
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=\"",
            "multipart/form-data; boundary=b",
            "multipart/form-data",
            "text/plain",
            "nonsense",
            ";;;");
    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "[]",
            "null",
            "5",
            "{\"name\":",
            "{\"name\":null,\"groups\":null,\"notes\":{},\"development\":[],\"desired_firmware_version\":\"x\"}",
            "{\"name\":5,\"groups\":[1,null,{}],\"ids\":{},\"id\":[],\"scopes\":5,\"scope\":[null,{}]}",
            "{\"arg\":{},\"args\":[1],\"friendly_name\":\"x\",\"type\":\"installed\",\"email\":\"e\",\"username\":7}",
            "{\"action\":\"groups\",\"devices\":5,\"metadata\":[]}",
            "{\"action\":\"groups\",\"devices\":[null,{}],\"metadata\":{\"add\":[[]],\"remove\":5}}",
            "[".repeat(5000),
            "grant_type=client_credentials&client_id=x&client_secret=y&expires_in=99999999999999999999",
            "grant_type=password&client_id=particle&client_secret=particle&username=%&password=%zz",
            "arg=%zz&args=%ff&=&access_token=x&format=raw",
            "name=&groups[]=a&groups=b&ids[]=%00",
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\na\nb\r\n--b--\r\n",
            "--b\r\n\r\n--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b",
            "\u0000\u0001\u00ff");

    private Simulator simulator;
    private Browser cloud;

    @BeforeAll
    void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.DEFAULT
                .with(FleetPlan.of(3, 7))
                .with(LimitRules.DEFAULT
                        .withLimit(1_000_000, Duration.ofSeconds(300))
                        .withTokenLimit(1_000_000)
                        .withLockOut(1_000_000, Duration.ofMinutes(30)))
                .with(Timing.DEFAULT
                        .withLatency(new Latency(Duration.ofMillis(1), Duration.ZERO))
                        .withDeviceTimeout(Duration.ofMillis(100))));
        cloud = new Browser(simulator).signIn();
    }

    @AfterAll
    void stop() {
        simulator.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void everyPathMethodHeaderAndBodyGetsAResponseInTheCloudsFormat(long seed) throws Exception {
        var random = new Random(seed);
        var owner = cloud.signInAsOwner();
        for (int i = 0; i < REQUESTS_PER_SEED; i++) {
            if (i % 20 == 0) {
                // Earlier requests may have revoked them.
                owner = cloud.signInAsOwner();
                cloud = new Browser(simulator).signIn();
            }
            String request = drawn(random, List.of(cloud.token(), owner.token()));
            assertInTheCloudsFormat(request, send(request));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /v1/nothing HTTP/1.1|404",
                "GET /nothing HTTP/1.1|404",
                "GET /v1/sims HTTP/1.1|501",
                "GET /v1/devices/events HTTP/1.1|501",
                "POST /v1/devices/events HTTP/1.1|501",
                "GET /v1/products/12345/devices/x/events/y HTTP/1.1|501",
                "PATCH /v1/devices/x HTTP/1.1|404",
                "DELETE /oauth/token HTTP/1.1|404",
                "GET /oauth/token HTTP/1.1|404",
                "HEAD /v1/devices HTTP/1.1|400",
                "HEAD /v1/sims/1 HTTP/1.1|501",
                "OPTIONS /whatever HTTP/1.1|204",
                "GET /v1/products/ HTTP/1.1|400",
                "GET /v1/devices/%zz HTTP/1.1|400",
                "GET /v1/devices/a%2Fb/uptime HTTP/1.1|400",
                "FOO /v1/devices HTTP/1.1|404",
                "GET v1/devices HTTP/1.1|400",
                "nonsense|400",
            })
    void aMalformedRequestGetsItsStatus(String line, int status) throws Exception {
        String request = line + "\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

        var answer = send(request);

        assertThat(answer.status()).isEqualTo(status);
        assertInTheCloudsFormat(request, answer);
    }

    private static String drawn(Random random, List<String> tokens) {
        String path = one(random, AREAS) + one(random, WORDS) + (random.nextBoolean() ? one(random, WORDS) : "");
        String token = one(random, tokens);
        String authorization = one(
                random,
                List.of(
                        "Authorization: Bearer " + token + "\r\n",
                        "Authorization: Bearer " + token + "\r\n",
                        "Authorization: Bearer " + token + "\r\n",
                        "authorization: bearer\t" + token + "\r\n",
                        "Authorization: Bearer\r\n",
                        "Authorization: Basic !!!\r\n",
                        "Authorization: Basic cGFydGljbGU6cGFydGljbGU=\r\n",
                        "Authorization:\r\n",
                        ""));
        String body = one(random, BODIES);
        return one(random, METHODS) + ' ' + (path.isEmpty() ? "/" : path) + one(random, QUERIES) + " HTTP/1.1\r\n"
                + "Host: x\r\nConnection: close\r\n" + authorization
                + "Content-Type: " + one(random, TYPES) + "\r\n"
                + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    private static String one(Random random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static void assertInTheCloudsFormat(String request, Answer answer) throws IOException {
        String what = request.substring(0, Math.min(600, request.length())) + "\n->\n" + answer;
        assertThat(answer.status()).as(what).isBetween(200, 501).isNotEqualTo(500);
        // A path that is not a URI is rejected before the method is parsed.
        boolean isRefusedUnread = answer.status() == 400 && answer.body().contains("Bad Request");
        if (answer.status() == 204 || request.startsWith("HEAD ") && !isRefusedUnread) {
            assertThat(answer.body()).as(what).isEmpty();
            return;
        }
        if (answer.header("content-type").startsWith("text/plain")) {
            assertThat(answer.status()).as(what).isEqualTo(200);
            assertThat(request).as(what).contains("format=raw");
            return;
        }
        assertThat(answer.header("content-type").replace(" ", "")).as(what).isEqualTo("application/json;charset=utf-8");
        assertThat(answer.header("access-control-allow-origin")).as(what).isEqualTo("*");
        JsonNode json = JSON.readTree(answer.body());
        assertThat(json.isContainerNode()).as(what).isTrue();
        if (answer.status() >= 400) {
            assertThat(json.has("error") || json.has("errors")).as(what).isTrue();
        }
    }

    /** A response on a raw connection. */
    private record Answer(int status, String head, String body) {
        String header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip().toLowerCase(Locale.ROOT))
                    .findFirst()
                    .orElse("");
        }
    }

    private Answer send(String request) throws IOException {
        URI url = URI.create(simulator.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = all.indexOf("\r\n\r\n");
            assertThat(end)
                    .as(request.substring(0, Math.min(600, request.length())) + "\n->\n" + all)
                    .isPositive();
            return new Answer(Integer.parseInt(all.substring(9, 12)), all.substring(0, end), all.substring(end + 4));
        }
    }
}
