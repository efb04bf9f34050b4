package io.fleetcommand.token.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;

/** Clients that send any bytes, and keep their connections open until the test ends. */
final class SocketClients implements AutoCloseable {
    private static final int AT_ONCE_MS = 5_000;

    private final ApiFixture api;
    private final SocketFactory sockets;
    private final List<Socket> open = new ArrayList<>();

    SocketClients(ApiFixture api, SocketFactory sockets) {
        this.api = api;
        this.sockets = sockets;
    }

    /** Opens a connection and sends text. */
    Socket send(String text) throws IOException {
        Socket socket = sockets.createSocket("127.0.0.1", api.port());
        open.add(socket);
        socket.setSoTimeout(AT_ONCE_MS);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** Opens a connection and sends text from a thread of its own, as much as the service reads. */
    void sendInBackground(String text) throws IOException {
        Socket socket = send("");
        Thread writer = new Thread(() -> {
            try {
                socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException cut) {
                assertThat(cut).isNotNull();
            }
        });
        writer.setDaemon(true);
        writer.start();
    }

    /** Asserts that probes are answered at once. */
    void assertAlive() throws IOException {
        for (int probe = 0; probe < 20; probe++) {
            long begunNanos = System.nanoTime();
            try (Socket socket = send("GET /alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200");
            }
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos))
                    .isLessThan(AT_ONCE_MS);
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }
}
