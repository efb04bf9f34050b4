package io.fleetcommand.token.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fleetcommand.service.Meters;
import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Rotation;
import io.fleetcommand.token.rotation.RotationSettings;
import io.fleetcommand.token.rotator.MemoryStore;
import io.fleetcommand.token.rotator.ScriptedIssuer;
import io.fleetcommand.token.rotator.TokenRotator;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API under hostile or broken clients. */
class HostileCallersTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int AT_ONCE_MS = 5_000;
    private static final String READER = "Authorization: Bearer reader-secret\r\n";
    private static final String KNOWN = "If-None-Match: \"" + START.getEpochSecond() + "\"\r\n";

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Meters meters = new Meters();
    private final List<Socket> open = new ArrayList<>();
    private Optional<HandshakeCertificates> trust = Optional.empty();
    private TokenApi api;

    @TempDir
    private Path folder;

    private void start(boolean secured) throws Exception {
        MemoryStore store = new MemoryStore();
        TokenRotator rotator = new TokenRotator(
                new Rotation(new RotationSettings(
                        Duration.ofHours(1), 0.5, Duration.ofSeconds(60), Duration.ofSeconds(13), true)),
                new ScriptedIssuer(),
                store,
                thread,
                now::get,
                () -> 0.5,
                () -> "mint",
                event -> {});
        api = TokenApi.start(
                rotator,
                new Callers(List.of(
                        new Caller("processor", Role.READER, List.of(Secret.of("reader-secret"))),
                        new Caller("another", Role.READER, List.of(Secret.of("another-secret"))),
                        new Caller("people", Role.OPERATOR, List.of(Secret.of("operator-secret"))))),
                meters,
                access -> {},
                now::get,
                new Listener("127.0.0.1", 0, secured ? Optional.of(certificate()) : Optional.empty()));
        store.onChange(api::notifyWaiters);
        thread.submit(rotator::runOnce).get(10, TimeUnit.SECONDS);
    }

    private Certificate certificate() throws IOException {
        HeldCertificate held = new HeldCertificate.Builder()
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        trust = Optional.of(new HandshakeCertificates.Builder()
                .addTrustedCertificate(held.certificate())
                .build());
        return Certificate.read(
                Files.writeString(folder.resolve("chain.pem"), held.certificatePem()),
                Files.writeString(folder.resolve("key.pem"), held.privateKeyPkcs8Pem()));
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        api.close();
        thread.shutdownNow();
        meters.close();
    }

    @ParameterizedTest
    @CsvSource({"false, 2100", "true, 300"})
    void aClientThatDisconnectsWhileWaitingFreesItsSlot(boolean secured, int number) throws Exception {
        start(secured);
        for (int dropped = 0; dropped < number; dropped++) {
            Socket socket = client("GET /v1/token?wait_ms=60000 HTTP/1.1\r\nHost: x\r\n" + READER + KNOWN + "\r\n");
            if (dropped < 50) {
                await().until(() -> api.waiting() > 0);
            }
            socket.close();
        }

        await().until(() -> api.waiting() == 0);
        assertThat(waited(1_500)).startsWith("HTTP/1.1 304");
    }

    @Test
    void aClientThatNeverDisconnectsTakesOnlyTheSlotsOfItsCaller() throws Exception {
        start(false);
        Socket other = client("GET /v1/token?wait_ms=60000 HTTP/1.1\r\nHost: x\r\n"
                + "Authorization: Bearer another-secret\r\n" + KNOWN + "\r\n");
        await().until(() -> api.waiting() == 1);
        for (int kept = 0; kept < LongPollWaiters.MAX_WAITERS / 2 + 100; kept++) {
            client("GET /v1/token?wait_ms=60000 HTTP/1.1\r\nHost: x\r\n" + READER + KNOWN + "\r\n");
        }

        await().until(() -> api.waiting() == 1 + LongPollWaiters.MAX_WAITERS / 2);
        assertThat(waited(1_500)).startsWith("HTTP/1.1 304");
        assertThat(other.getInputStream().available()).as("it waits still").isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLongPollMayOutlastTheIdleTimeout(boolean secured) throws Exception {
        start(secured);

        assertThat(waited(12_000)).startsWith("HTTP/1.1 304");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "G",
                "GET /v1/token HTTP/1.1\r\nHost: x\r\n",
                "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /v1/rotations HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx"
            })
    void probesAreAnsweredAtOnceWhateverOtherClientsDo(String sent) throws Exception {
        start(false);
        for (int client = 0; client < 500; client++) {
            client(sent);
        }

        assertAlive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/token HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/token HTTP/1.1\r\nHost: x\r\n" + READER + "\r\n",
                "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
            })
    void noThreadBlocksOnAClientThatReadsNoResponses(String asked) throws Exception {
        start(false);
        String many = asked.repeat(1_000);
        for (int client = 0; client < 40; client++) {
            ask(many);
        }

        assertAlive();
    }

    @Test
    void aMalformedRequestIsAClientError() throws Exception {
        start(false);
        Random random = new Random(20);
        for (int round = 0; round < 3_000; round++) {
            String request = nonsense(random);
            // One more wrong secret would throttle the following requests.
            now.set(now.get().plusSeconds(120));
            try (Socket socket = client(request)) {
                socket.setSoTimeout(5_000);
                byte[] start = new byte[12];
                int read = socket.getInputStream().readNBytes(start, 0, start.length);
                assertThat(new String(start, 0, read, StandardCharsets.ISO_8859_1))
                        .as(request)
                        .matches("(?s)|HTTP/1.1 [234]\\d\\d|HTTP/1.1 50[135]");
            } catch (IOException reset) {
                assertThat(reset).as(request).isNotInstanceOf(java.net.SocketTimeoutException.class);
            }
            open.clear();
        }

        assertAlive();
    }

    /** 501, 503 and 505 are for what the service does not support, or does not have. */
    private static String nonsense(Random random) {
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

    private void assertAlive() throws IOException {
        for (int probe = 0; probe < 20; probe++) {
            long begunNanos = System.nanoTime();
            try (Socket socket = client("GET /alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200");
            }
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos))
                    .isLessThan(AT_ONCE_MS);
        }
    }

    /** The response to a long poll of a caller that has the current token; asserts that it has waited. */
    private String waited(int waitMs) throws IOException {
        long begunNanos = System.nanoTime();
        try (Socket socket =
                client("GET /v1/token?wait_ms=" + waitMs + " HTTP/1.1\r\nHost: x\r\n" + READER + KNOWN + "\r\n")) {
            socket.setSoTimeout(waitMs + 5_000);
            byte[] answer = new byte[512];
            int length = socket.getInputStream().read(answer);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos))
                    .isGreaterThanOrEqualTo(waitMs);
            return new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
        }
    }

    /** Sends the request, or a part of it if the service does not read all. */
    private void ask(String request) throws IOException {
        Socket socket = client("");
        Thread writer = new Thread(() -> {
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException cut) {
                assertThat(cut).isNotNull();
            }
        });
        writer.setDaemon(true);
        writer.start();
    }

    private Socket client(String sent) throws IOException {
        Socket socket = trust.isPresent()
                ? trust.get().sslSocketFactory().createSocket("127.0.0.1", api.port())
                : new Socket("127.0.0.1", api.port());
        open.add(socket);
        socket.setSoTimeout(AT_ONCE_MS);
        socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }
}
