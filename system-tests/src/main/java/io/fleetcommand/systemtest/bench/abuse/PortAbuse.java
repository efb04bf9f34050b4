package io.fleetcommand.systemtest.bench.abuse;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections to the port of the probes that keep the server waiting, while an orchestrator asks whether it is alive. */
final class PortAbuse {
    private static final int CONNECTIONS = 50;
    /** Asked for on one connection without reading: more than any buffer takes. */
    private static final int PAGES = 100;

    private static final int SMALL_BUFFER = 1_024;
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final byte[] ONE_BYTE = {'G'};
    private static final byte[] METRICS =
            "GET /metrics HTTP/1.1\r\nHost: abuse\r\n\r\n".repeat(PAGES).getBytes(StandardCharsets.US_ASCII);

    private PortAbuse() {}

    static void oneByteConnections(Abuser abuser) throws IOException, InterruptedException {
        hold(abuser, ONE_BYTE);
    }

    static void slowReaders(Abuser abuser) throws IOException, InterruptedException {
        hold(abuser, METRICS);
    }

    /** A connection that is refused or cut off is what the server should do with it. */
    private static void hold(Abuser abuser, byte[] sent) throws IOException, InterruptedException {
        URI url = URI.create(abuser.opsUrl());
        List<Socket> held = new ArrayList<>();
        try {
            for (int number = 0; number < CONNECTIONS; number++) {
                Socket socket = new Socket();
                held.add(socket);
                socket.setReceiveBufferSize(SMALL_BUFFER);
                try {
                    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), CONNECT_TIMEOUT_MS);
                    socket.getOutputStream().write(sent);
                } catch (IOException cutOff) {
                    socket.close();
                }
            }
            abuser.last(abuser.phase());
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }
}
