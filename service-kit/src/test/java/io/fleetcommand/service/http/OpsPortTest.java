package io.fleetcommand.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operations port under slow, silent and numerous clients. */
class OpsPortTest {
    private static final int PLACES = 64;
    private static final int PAGE_CHARACTERS = 12 * 1_024 * 1_024;
    private static final int AT_ONCE_MS = 1_000;
    private static final String ALIVE = "GET /alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private final AtomicInteger renderings = new AtomicInteger();
    private final List<Socket> clients = new ArrayList<>();
    private OpsPort port;

    @BeforeEach
    void open() throws IOException {
        open(new ConnectionLimits(PLACES, Duration.ofSeconds(1), Duration.ofSeconds(2)));
    }

    private void open(ConnectionLimits limits) throws IOException {
        String page = "x".repeat(PAGE_CHARACTERS);
        port = OpsPort.open(
                new HttpPort("127.0.0.1", 0, Optional.empty(), limits),
                threads -> new OpsPages()
                        .probe("/alive", () -> new OpsPages.Answer(true, "ok"))
                        .page(
                                "/metrics",
                                "text/plain",
                                () -> {
                                    renderings.incrementAndGet();
                                    return page;
                                },
                                threads)
                        .page(
                                "/broken",
                                "text/plain",
                                () -> {
                                    throw new IllegalStateException("what only the log may say");
                                },
                                threads));
    }

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        port.close();
    }

    /** What a client sends before it stops sending and reading. */
    private enum Nuisance {
        SILENT(""),
        ONE_BYTE("G"),
        HALF_A_HEAD("GET /metrics HTTP/1.1\r\nHost: x\r\n"),
        READS_NOTHING("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"),
        HALF_A_BODY("GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx"),
        MANY_AT_ONCE("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50));

        private final String sent;

        Nuisance(String sent) {
            this.sent = sent;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SILENT, 4",
        "SILENT, 50",
        "SILENT, 500",
        "ONE_BYTE, 4",
        "ONE_BYTE, 50",
        "ONE_BYTE, 500",
        "HALF_A_HEAD, 50",
        "HALF_A_HEAD, 500",
        "READS_NOTHING, 4",
        "READS_NOTHING, 50",
        "READS_NOTHING, 500",
        "HALF_A_BODY, 50",
        "HALF_A_BODY, 500",
        "MANY_AT_ONCE, 50",
        "MANY_AT_ONCE, 500"
    })
    void probesAreAnsweredAtOnceWhateverOtherClientsDo(Nuisance nuisance, int number) throws Exception {
        for (int client = 0; client < number; client++) {
            client(nuisance.sent);
        }

        for (int probe = 0; probe < 20; probe++) {
            assertThat(ask(ALIVE)).startsWith("HTTP/1.1 200").endsWith("ok\n");
        }
        assertThat(threads()).isLessThanOrEqualTo(8);
        assertThat(renderings).as("one rendering serves many").hasValueLessThan(20);
    }

    @Test
    void aPageIsServedWhileOtherClientsDoNotReadIt() throws Exception {
        for (int client = 0; client < PLACES - 10; client++) {
            client(Nuisance.READS_NOTHING.sent);
        }

        assertThat(ask("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .hasSizeGreaterThan(PAGE_CHARACTERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SILENT", "ONE_BYTE", "HALF_A_HEAD", "HALF_A_BODY"})
    void aSilentClientIsDisconnected(Nuisance nuisance) throws Exception {
        Socket client = client(nuisance.sent);

        await().atMost(Duration.ofSeconds(8)).until(() -> isCutOff(client));
    }

    @ParameterizedTest
    @ValueSource(strings = {"READS_NOTHING", "MANY_AT_ONCE"})
    void aClientThatReadsNothingIsDisconnected(Nuisance nuisance) throws Exception {
        Socket client = client(nuisance.sent);

        await().pollDelay(Duration.ofSeconds(4)).until(() -> rest(client) < PAGE_CHARACTERS);
    }

    @Test
    void aSlowSenderIsDisconnected() throws Exception {
        Socket client = client("GET /alive HTTP/1.1\r\nX: ");

        await().pollInterval(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(8))
                .until(() -> {
                    try {
                        client.getOutputStream().write('x');
                        return false;
                    } catch (IOException cut) {
                        return true;
                    }
                });
    }

    @Test
    void aSlowReaderIsDisconnected() throws Exception {
        Socket client = client(Nuisance.READS_NOTHING.sent);
        InputStream in = client.getInputStream();

        await().pollInterval(Duration.ofMillis(300))
                .during(Duration.ofSeconds(4))
                .until(() -> in.read() > 0);
        assertThat(rest(client)).isLessThan(PAGE_CHARACTERS);
    }

    @Test
    void aNewClientEvictsOneThatHasSentNothing() throws Exception {
        port.close();
        open(new ConnectionLimits(3, Duration.ofMinutes(1), Duration.ofMinutes(1)));
        Socket kept = client("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n");
        await().until(() -> kept.getInputStream().available() > 0);
        Socket first = client("");
        Socket second = client("");

        // Both are past the grace period for their first request.
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true);

        client("");

        // Which of the two the port accepted first is not known here.
        await().until(() -> isCutOff(first) || isCutOff(second));
        assertThat(isCutOff(first) && isCutOff(second)).isFalse();
        kept.getInputStream().skipNBytes(kept.getInputStream().available());
        assertThat(isCutOff(kept)).isFalse();
    }

    @Test
    void anUnsupportedRequestIsRejectedWithoutEchoingIt() throws Exception {
        String close = "Host: evil-host\r\nConnection: close\r\n";
        assertThat(ask("GET /" + "evil".repeat(10_000) + " HTTP/1.1\r\n" + close + "\r\n"))
                .startsWith("HTTP/1.1 414");
        assertThat(ask("GET /alive HTTP/1.1\r\n" + close + "X: " + "evil".repeat(10_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(ask("POST /alive HTTP/1.1\r\n" + close + "Content-Length: 4\r\n\r\nevil"))
                .startsWith("HTTP/1.1 405");
        assertThat(ask("GET /alive HTTP/1.1\r\n" + close + "Content-Length: 4\r\n\r\nevil"))
                .startsWith("HTTP/1.1 413");
        assertThat(ask("GET /alive HTTP/1.1\r\n" + close + "Transfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n"))
                .startsWith("HTTP/1.1 413");
        assertThat(ask("GET /evil HTTP/1.1\r\n" + close + "\r\n")).startsWith("HTTP/1.1 404");
        assertThat(ask("GET /evil/../%2e%2e/alive;evil HTTP/1.1\r\n" + close + "\r\n"))
                .startsWith("HTTP/1.1 4");
        assertThat(ask("evil\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(ask("GET /alive HTTP/9.9\r\n\r\n")).startsWith("HTTP/1.1 505");
        assertThat(ask("GET /broken HTTP/1.1\r\n" + close + "\r\n"))
                .startsWith("HTTP/1.1 500")
                .doesNotContain("only the log");
    }

    private Socket client(String sent) throws IOException {
        Socket client = new Socket("127.0.0.1", port.port());
        clients.add(client);
        client.setSoTimeout(10 * AT_ONCE_MS);
        client.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
        return client;
    }

    /** The whole response; asserts that it does not echo the request, and that each part arrives within a second. */
    private String ask(String request) throws IOException {
        long begunNanos = System.nanoTime();
        try (Socket socket = client(request)) {
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            if (request.equals(ALIVE)) {
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos))
                        .isLessThan(AT_ONCE_MS);
            }
            assertThat(response.toLowerCase(Locale.ROOT)).doesNotContain("evil", "jetty", "exception");
            return response;
        }
    }

    /** The number of bytes that can still be read from a client's connection. */
    private static long rest(Socket client) {
        long read = 0;
        try {
            byte[] some = new byte[64 * 1_024];
            for (int more = 0; more >= 0; more = client.getInputStream().read(some)) {
                read += more;
            }
        } catch (IOException cut) {
            return read;
        }
        return read;
    }

    private static boolean isCutOff(Socket client) {
        try {
            client.setSoTimeout(100);
            return client.getInputStream().skip(Long.MAX_VALUE) == 0
                    && client.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("ops-"))
                .count();
    }
}
