package io.fleetcommand.token.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;

/** Requests put together at random from valid and malformed parts. */
class MalformedRequestTest {
    private static final int ROUNDS = 3_000;
    private static final String READER = "Authorization: Bearer reader-secret\r\n";

    /** 501, 503 and 505 are for what the service does not support, or does not have. */
    private static final String NO_SERVER_ERROR = "(?s)|HTTP/1.1 [234]\\d\\d|HTTP/1.1 50[135]";

    @Test
    void aMalformedRequestIsAClientError() throws Exception {
        try (ApiFixture api = ApiFixture.start();
                SocketClients clients = new SocketClients(api, SocketFactory.getDefault())) {
            api.runRotator();
            Random random = new Random(20);
            for (int round = 0; round < ROUNDS; round++) {
                // Five wrong secrets in a row would throttle the following requests.
                api.pass(Duration.ofSeconds(120));
                String request = request(random);
                assertThat(statusLine(clients, request)).as(request).matches(NO_SERVER_ERROR);
            }

            clients.assertAlive();
        }
    }

    /** The first bytes of the response; empty if the connection was closed without one. */
    private static String statusLine(SocketClients clients, String request) throws IOException {
        try (Socket socket = clients.send(request)) {
            byte[] start = new byte[12];
            int read = socket.getInputStream().readNBytes(start, 0, start.length);
            return new String(start, 0, read, StandardCharsets.ISO_8859_1);
        } catch (SocketTimeoutException silent) {
            return "no response in time";
        } catch (IOException reset) {
            return "";
        }
    }

    private static String request(Random random) {
        String method =
                one(random, "GET", "POST", "PUT", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "\u0000", "PRI");
        String path = one(
                random,
                "/v1/token",
                "/v1/token?wait_ms=0",
                "/v1/token?wait_ms=%31",
                "/v1/token?wait_ms=1&wait_ms=2",
                "/v1/token?wait_ms=%zz",
                "/v1/token?%",
                "/v1/token?wait_ms=%00%0d%0a",
                "/v1/token/9223372036854775807/rejections",
                "/v1/token/9223372036854775808/rejections",
                "/v1/token/999999999999999999/rejections",
                "/v1/token/-0/rejections",
                "/v1/token/%31/rejections",
                "/v1/token/1%2f2/rejections",
                "/v1/token/%2e%2e/rejections",
                "/v1/token/1;x=y/rejections",
                "/v1/token/%C3%28/rejections",
                "/v1/token/\u00ff/rejections",
                "/v1//token",
                "/v1/../v1/token",
                "//v1/token",
                "/v1/status",
                "/v1/rotations",
                "*",
                "http://other/v1/token",
                "http://[::1/v1/token",
                "/%",
                "/%u0041",
                "/metrics?" + "x".repeat(random.nextInt(12_000)),
                "",
                "/"
                        + random.ints(8, 1, 255)
                                .mapToObj(c -> String.valueOf((char) c))
                                .reduce("", String::concat));
        String version = one(random, " HTTP/1.1", " HTTP/1.0", " HTTP/2.0", " HTTP/0.9", "", " HTCPCP/1.0");
        StringBuilder request = new StringBuilder(method + " " + path + version + "\r\n");
        for (int header = random.nextInt(5); header >= 0; header--) {
            request.append(one(
                    random,
                    "Host: x\r\n",
                    "Host: x\r\n",
                    "Host: \u0000\r\n",
                    "Host: a:b:c\r\n",
                    READER,
                    READER,
                    "Authorization: Bearer operator-secret\r\n",
                    "Authorization: Bearer " + "s".repeat(random.nextInt(9_000)) + "\r\n",
                    "Authorization: \r\n",
                    "Authorization: Bearer \t \r\n",
                    "Authorization: Bearer reader-secret\u00ff\r\n",
                    "Authorization\r\n",
                    "If-None-Match: *\r\n",
                    "If-None-Match: \"99999999999999999999\"\r\n",
                    "Content-Length: 0\r\n",
                    "Content-Length: -1\r\n",
                    "Content-Length: 99999999999999999999\r\n",
                    "Content-Length: 3\r\n",
                    "Transfer-Encoding: chunked\r\n",
                    "Transfer-Encoding: gzip, chunked\r\n",
                    "Expect: 100-continue\r\n",
                    "Expect: nothing\r\n",
                    "Upgrade: websocket\r\nConnection: Upgrade\r\n",
                    "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: x\r\n",
                    "Cookie: =;=;\"\r\n",
                    "Accept-Encoding: gzip;q=x\r\n",
                    "Content-Type: multipart/form-data\r\n",
                    "Range: bytes=9-1\r\n",
                    " folded\r\n",
                    "X-\u0001: y\r\n"));
        }
        return request + "Connection: close\r\n\r\n" + one(random, "", "xyz", "0\r\n\r\n", "zz\r\n");
    }

    private static String one(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
