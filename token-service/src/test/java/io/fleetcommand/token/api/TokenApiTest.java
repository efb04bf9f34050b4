package io.fleetcommand.token.api;

import static io.fleetcommand.token.api.ApiFixture.FIRST;
import static io.fleetcommand.token.api.ApiFixture.OPERATOR;
import static io.fleetcommand.token.api.ApiFixture.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Paths, methods, probes and the audit log. */
class TokenApiTest {
    private final ApiFixture api = ApiFixture.start();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        ((Logger) LoggerFactory.getLogger("ROOT")).addAppender(log);
        log.start();
    }

    @AfterEach
    void stop() {
        api.close();
        ((Logger) LoggerFactory.getLogger("ROOT")).detachAppender(log);
    }

    @Test
    void beforeTheFirstTokenItIsAliveButNotReady() throws Exception {
        assertThat(api.get("/alive", "").statusCode()).isEqualTo(200);
        assertThat(api.get("/ready", "").statusCode()).isEqualTo(503);

        api.runRotator();
        assertThat(api.get("/ready", "").statusCode()).isEqualTo(200);
    }

    @Test
    void metricsNeedNoAuthentication() throws Exception {
        HttpResponse<String> response = api.get("/metrics", "");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("jvm_memory_used_bytes");
    }

    @Test
    void anUnknownPathOrMethodIsRejected() throws Exception {
        HttpResponse<String> wrongMethod = api.post("/v1/token", READER);

        assertThat(wrongMethod.statusCode()).isEqualTo(405);
        assertThat(wrongMethod.headers().firstValue("Allow")).contains("GET");
        assertThat(api.get("/v1/tokens", READER).statusCode()).isEqualTo(404);
    }

    @Test
    void aRequestThatIsTooLargeOrMalformedIsRejected() throws Exception {
        assertThat(api.get("/v1/token", "Bearer " + "x".repeat(10_000)).statusCode())
                .isEqualTo(431);
        assertThat(raw("POST /v1/rotations HTTP/1.1\r\nHost: x\r\nAuthorization: " + OPERATOR
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 411");
        assertThat(raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void everyAccessIsAuditedAndNoSecretIsLogged() throws Exception {
        api.runRotator();
        api.get("/v1/token", READER);
        api.get("/v1/token", OPERATOR);
        api.get("/v1/token", "Bearer wrong-secret");
        api.post("/v1/token/" + FIRST + "/rejections", READER);

        await().until(() -> audited().size() >= 4);
        assertThat(audited())
                .containsExactlyInAnyOrder(
                        "caller=processor address=127.0.0.1 method=GET route=token version=" + FIRST + " status=200",
                        "caller=people address=127.0.0.1 method=GET route=token version=- status=403",
                        "caller=- address=127.0.0.1 method=GET route=token version=- status=401",
                        "caller=processor address=127.0.0.1 method=POST route=rejections version=" + FIRST
                                + " status=200");
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(line -> line.contains("value-") || line.contains("-secret"));
    }

    private List<String> audited() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLoggerName().equals("audit"))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout(5_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            byte[] start = new byte[512];
            int length = socket.getInputStream().read(start);
            return new String(start, 0, Math.max(length, 0), StandardCharsets.US_ASCII);
        }
    }
}
