package io.fleetcommand.token.api;

import static io.fleetcommand.token.api.ApiFixture.OTHER_READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API under hostile or broken clients. */
class HostileCallersTest {
    private static final String READER = "Authorization: " + ApiFixture.READER + "\r\n";
    private static final String KNOWN = "If-None-Match: \"" + ApiFixture.FIRST + "\"\r\n";
    private static final String LONG_POLL =
            "GET /v1/token?wait_ms=60000 HTTP/1.1\r\nHost: x\r\n" + READER + KNOWN + "\r\n";

    private ApiFixture api;
    private SocketClients clients;

    @TempDir
    private Path folder;

    private void start(boolean secured) throws Exception {
        SocketFactory sockets = SocketFactory.getDefault();
        Optional<Certificate> certificate = Optional.empty();
        if (secured) {
            HeldCertificate held = new HeldCertificate.Builder()
                    .addSubjectAlternativeName("127.0.0.1")
                    .build();
            certificate = Optional.of(Certificate.read(
                    Files.writeString(folder.resolve("chain.pem"), held.certificatePem()),
                    Files.writeString(folder.resolve("key.pem"), held.privateKeyPkcs8Pem())));
            sockets = new HandshakeCertificates.Builder()
                    .addTrustedCertificate(held.certificate())
                    .build()
                    .sslSocketFactory();
        }
        api = ApiFixture.start(certificate);
        clients = new SocketClients(api, sockets);
        api.runRotator();
    }

    @AfterEach
    void stop() throws IOException {
        clients.close();
        api.close();
    }

    @Nested
    class WaitingClients {
        @ParameterizedTest
        @CsvSource({"false, 2100", "true, 300"})
        void aClientThatDisconnectsWhileWaitingFreesItsSlot(boolean secured, int number) throws Exception {
            start(secured);
            for (int dropped = 0; dropped < number; dropped++) {
                Socket socket = clients.send(LONG_POLL);
                if (dropped < 50) {
                    await().until(() -> api.waiting() > 0);
                }
                socket.close();
            }

            await().until(() -> api.waiting() == 0);
            assertThat(waited(1_500)).startsWith("HTTP/1.1 304");
        }

        @Test
        void aClientThatNeverDisconnectsTakesItsCallersSlotsOnly() throws Exception {
            start(false);
            Socket other = clients.send(LONG_POLL.replace(ApiFixture.READER, OTHER_READER));
            await().until(() -> api.waiting() == 1);
            for (int kept = 0; kept < LongPollWaiters.MAX_WAITERS / 2 + 100; kept++) {
                clients.send(LONG_POLL);
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

        /** The response to a long poll of a caller that has the current token; asserts that it has waited. */
        private String waited(int waitMs) throws IOException {
            long begunNanos = System.nanoTime();
            try (Socket socket = clients.send(LONG_POLL.replace("60000", Integer.toString(waitMs)))) {
                socket.setSoTimeout(waitMs + 5_000);
                byte[] start = new byte[512];
                int length = socket.getInputStream().read(start);
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos))
                        .isGreaterThanOrEqualTo(waitMs);
                return new String(start, 0, Math.max(0, length), StandardCharsets.US_ASCII);
            }
        }
    }

    @Nested
    class SlowClients {
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
                clients.send(sent);
            }

            clients.assertAlive();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "GET /v1/token HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /v1/token HTTP/1.1\r\nHost: x\r\n" + READER + "\r\n",
                    "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
                })
        void noThreadBlocksOnAClientThatReadsNoResponses(String sent) throws Exception {
            start(false);
            String many = sent.repeat(1_000);
            for (int client = 0; client < 40; client++) {
                clients.sendInBackground(many);
            }

            clients.assertAlive();
        }
    }
}
