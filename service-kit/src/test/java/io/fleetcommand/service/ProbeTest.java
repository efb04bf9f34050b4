package io.fleetcommand.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeTest {
    @ParameterizedTest
    @CsvSource({"200, true", "503, false", "404, false"})
    void aServiceThatRespondsWith200IsHealthy(int status, boolean healthy) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/ready", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/ready");
        try {
            assertThat(Probe.isHealthy(url)).isEqualTo(healthy);
        } finally {
            server.stop(0);
        }
        assertThat(Probe.isHealthy(url)).as("nobody listens").isFalse();
    }

    @Test
    void aServiceWithoutHttpThatAcceptsAConnectionIsHealthy() throws IOException {
        URI url;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            url = URI.create("tcp://127.0.0.1:" + listener.getLocalPort());
            assertThat(Probe.isHealthy(url)).isTrue();
        }
        assertThat(Probe.isHealthy(url)).as("nobody listens").isFalse();
    }
}
