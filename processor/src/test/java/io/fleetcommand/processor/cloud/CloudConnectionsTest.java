package io.fleetcommand.processor.cloud;

import static io.fleetcommand.processor.cloud.CloudBench.response;
import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Requests;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.HttpUrl;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that break, stall or are stale: what was surely not sent is told from what may have run. */
class CloudConnectionsTest {
    private final CloudBench bench = new CloudBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 421, 401, 503, 301, 302, 307, 308, 407})
    void nothingIsSentTwiceWhateverTheCloudSays(int status) throws Exception {
        for (Requests request : List.of(command("c"), poll("p"))) {
            int before = bench.server.getRequestCount();
            MockResponse response = new MockResponse.Builder()
                    .code(status)
                    .addHeader("Retry-After", "0")
                    .addHeader("Location", bench.server.url("/elsewhere"))
                    .body("x")
                    .build();
            bench.server.enqueue(response);
            bench.server.enqueue(response(200, "{\"return_value\":1,\"result\":1}"));

            assertThat(bench.call(request).kind()).isNotEqualTo(Kind.DONE);
            assertThat(bench.server.getRequestCount()).isEqualTo(before + 1);
            bench.call(request);
        }
    }

    @Test
    void aConnectionLostAfterTheRequestIsUncertainAndNotRepeated() throws Exception {
        bench.server.enqueue(response(200, "{\"return_value\":1}"));
        bench.call(command("warms the connection up"));
        bench.server.enqueue(new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket())
                .build());
        bench.server.enqueue(response(200, "{\"return_value\":1}"));

        Outcome outcome = bench.call(command("c"));

        assertThat(outcome.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(outcome.reason()).isEqualTo(Reason.CLOUD_FAILURE);
        assertThat(outcome.counted()).isTrue();
        assertThat(bench.server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void aStaleConnectionIsReplacedBeforeTheCallIsSent() throws Exception {
        BlockingQueue<String> closed = new ArrayBlockingQueue<>(10);
        try (ServerSocket hasty = new ServerSocket(0)) {
            bench.threads.execute(() -> answerAndClose(hasty, closed));
            HttpUrl url = HttpUrl.get("http://127.0.0.1:" + hasty.getLocalPort());
            for (Requests request : List.of(command("c1"), poll("p1"), command("c2"), poll("p2"))) {
                assertThat(bench.call(request, url).kind())
                        .as("%s", request.made())
                        .isEqualTo(Kind.DONE);
                assertThat(closed.poll(5, TimeUnit.SECONDS)).isNotNull();
                bench.nanos.addAndGet(StaleConnectionInterceptor.FRESH.toNanos());
            }
        }
    }

    @Test
    void aConnectionOnWhichAnAnswerHasJustArrivedIsUsedWithoutALook() throws Exception {
        BlockingQueue<String> closed = new ArrayBlockingQueue<>(10);
        try (ServerSocket hasty = new ServerSocket(0)) {
            bench.threads.execute(() -> answerAndClose(hasty, closed));
            HttpUrl url = HttpUrl.get("http://127.0.0.1:" + hasty.getLocalPort());
            assertThat(bench.call(command("c1"), url).kind()).isEqualTo(Kind.DONE);
            assertThat(closed.poll(5, TimeUnit.SECONDS)).isNotNull();
            bench.nanos.addAndGet(StaleConnectionInterceptor.FRESH.toNanos() - 1);

            assertThat(bench.call(command("c2"), url).kind()).isEqualTo(Kind.UNCERTAIN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void anOpenPooledConnectionIsReusedOverTls(String protocol) throws Exception {
        HandshakeCertificates tls = trusted();
        try (MockWebServer secured = new MockWebServer()) {
            secured.useHttps(tls.sslSocketFactory());
            secured.setProtocols(Stream.of(Protocol.get(protocol), Protocol.HTTP_1_1)
                    .distinct()
                    .toList());
            secured.start();
            for (int exchange = 0; exchange < 3; exchange++) {
                secured.enqueue(response(200, "{\"return_value\":1}"));

                assertThat(bench.call(command("c"), secured.url("/")).kind()).isEqualTo(Kind.DONE);
                RecordedRequest sent = secured.takeRequest(5, TimeUnit.SECONDS);
                assertThat(sent.getConnectionIndex()).isZero();
                assertThat(sent.getExchangeIndex()).isEqualTo(exchange);
            }
        }
    }

    /** Error codes of RFC 9113, section 7. */
    @ParameterizedTest
    @CsvSource({
        "0,  UNCERTAIN", // NO_ERROR
        "2,  UNCERTAIN", // INTERNAL_ERROR
        "7,  NOT_SENT", // REFUSED_STREAM
        "8,  UNCERTAIN", // CANCEL
        "11, UNCERTAIN", // ENHANCE_YOUR_CALM
    })
    void aStreamThatIsResetWasNotProcessedOnlyIfItIsRefused(int errorCode, Kind kind) throws Exception {
        HandshakeCertificates tls = trusted();
        try (MockWebServer secured = new MockWebServer()) {
            secured.useHttps(tls.sslSocketFactory());
            secured.start();
            secured.enqueue(new MockResponse.Builder()
                    .onResponseStart(new SocketEffect.CloseStream(errorCode))
                    .build());

            Outcome outcome = bench.call(command("c"), secured.url("/"));

            assertThat(outcome.kind()).isEqualTo(kind);
            assertThat(outcome.counted()).isEqualTo(kind != Kind.NOT_SENT);
            assertThat(outcome.reason()).isEqualTo(Reason.CLOUD_FAILURE);
            assertThat(secured.getRequestCount()).as("sent once").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, NOT_SENT", "1, NOT_SENT", "3, UNCERTAIN", "5, UNCERTAIN"})
    void aStreamAboveTheLastThatAGoawayNamesWasNotProcessed(int lastStream, Kind kind) throws Exception {
        HandshakeCertificates tls = trusted();
        try (ServerSocket leaving = tls.sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getByName("localhost"))) {
            bench.threads.execute(() -> goAway(leaving, lastStream));

            Outcome outcome = bench.call(command("c"), HttpUrl.get("https://localhost:" + leaving.getLocalPort()));

            assertThat(outcome.kind()).isEqualTo(kind);
            assertThat(outcome.counted()).isEqualTo(kind != Kind.NOT_SENT);
        }
    }

    @Test
    void anAnswerThatBreaksOffIsGarbledIfItSaidYes() throws Exception {
        bench.server.enqueue(new MockResponse.Builder()
                .code(200)
                .body("{\"return_value\":1}".repeat(5_000))
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());
        assertThat(bench.call(command("c")).kind()).isEqualTo(Kind.GARBLED);

        bench.server.enqueue(new MockResponse.Builder()
                .code(404)
                .body("x".repeat(60_000))
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());
        assertThat(bench.call(command("c")).kind()).isEqualTo(Kind.UNCERTAIN);
    }

    @Test
    void aCallThatHangsIsUncertainWithinTheTimeOut() throws Exception {
        bench.server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());
        assertThat(bench.call(command("c")).kind()).isEqualTo(Kind.UNCERTAIN);

        bench.server.enqueue(new MockResponse.Builder()
                .code(200)
                .body("{\"return_value\":1}")
                .onResponseBody(SocketEffect.Stall.INSTANCE)
                .build());
        assertThat(bench.call(command("c")).kind()).isEqualTo(Kind.GARBLED);
    }

    @Test
    void whatWasSurelyNotSentIsSaidNotToBe() throws Exception {
        int port = bench.server.getPort();
        bench.server.close();
        assertNotSent(bench.call(command("c"), HttpUrl.get("http://127.0.0.1:" + port)));
        assertNotSent(bench.call(command("c"), HttpUrl.get("http://no-such-host.invalid")));
    }

    @Test
    void aFailedHandshakeIsNotSent() throws Exception {
        Outcome outcome = bench.call(command("c"), HttpUrl.get("https://127.0.0.1:" + bench.server.getPort()));

        assertNotSent(outcome);
    }

    /** The fault is the cloud's, and the call does not count as an attempt. */
    private static void assertNotSent(Outcome outcome) {
        assertThat(outcome.kind()).isEqualTo(Kind.NOT_SENT);
        assertThat(outcome.reason()).isEqualTo(Reason.CLOUD_FAILURE);
        assertThat(outcome.counted()).isFalse();
    }

    /** The client trusts a self-signed certificate; this is the server with it. */
    private HandshakeCertificates trusted() {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .build();
        HandshakeCertificates tls = new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .addTrustedCertificate(certificate.certificate())
                .build();
        bench.client = bench.client
                .newBuilder()
                .sslSocketFactory(tls.sslSocketFactory(), tls.trustManager())
                .build();
        return tls;
    }

    /** An HTTP/2 server that reads the client's first stream, number 3, sends GOAWAY and closes. */
    private static void goAway(ServerSocket server, int lastStream) {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            in.readNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
            frame(out, 4, new byte[0]);
            int type;
            do {
                int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
                type = in.readUnsignedByte();
                in.readNBytes(1 + 4 + length);
            } while (type != 1);
            frame(out, 7, ByteBuffer.allocate(8).putInt(lastStream).putInt(0).array());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** A frame of stream 0, without flags. */
    private static void frame(DataOutputStream out, int type, byte[] payload) throws IOException {
        out.writeByte(0);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(0);
        out.writeInt(0);
        out.write(payload);
        out.flush();
    }

    /** A server that responds to one request per connection and closes it, without announcing that in the response. */
    private static void answerAndClose(ServerSocket server, BlockingQueue<String> closed) {
        String body = "{\"return_value\":1,\"result\":1}";
        byte[] response = ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
        try {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    assertThat(socket.getInputStream().read(new byte[10_000])).isPositive();
                    socket.getOutputStream().write(response);
                }
                closed.add("closed");
            }
        } catch (IOException ended) {
            closed.add("ended");
        }
    }
}
