package io.fleetcommand.processor.ops;

import io.fleetcommand.service.Meters;
import io.fleetcommand.service.http.ConnectionLimits;
import io.fleetcommand.service.http.HttpPort;
import io.fleetcommand.service.http.OpsPages;
import io.fleetcommand.service.http.OpsPort;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The HTTP server for operations: {@code /alive} and {@code /ready} respond 200 with {@code ok}, or 503 with the
 * reason; {@code /status} is for operators and {@code ./fleet status}; {@code /metrics} is for Prometheus.
 */
public final class OpsServer implements AutoCloseable {
    private static final ConnectionLimits LIMITS =
            new ConnectionLimits(256, Duration.ofSeconds(5), Duration.ofSeconds(10));

    private final String host;
    private final OpsPort port;

    private OpsServer(String host, OpsPort port) {
        this.host = host;
        this.port = port;
    }

    /**
     * @param port 0 for an ephemeral port
     * @throws IOException if the port cannot be bound
     */
    public static OpsServer start(String host, int port, Health health, StatusPage status, Meters meters)
            throws IOException {
        HttpPort address = new HttpPort(host, port, Optional.empty(), LIMITS);
        return new OpsServer(
                host,
                OpsPort.open(
                        address,
                        threads -> new OpsPages()
                                .probe("/alive", () -> OpsPages.Answer.of(health.notAlive(), "ok"))
                                .probe(
                                        "/ready",
                                        () -> OpsPages.Answer.of(
                                                health.notReady(),
                                                health.warning()
                                                        .map("ok, but "::concat)
                                                        .orElse("ok")))
                                .page("/status", "application/json", status::json, threads)
                                .page("/metrics", Meters.CONTENT_TYPE, meters::scrape, threads)));
    }

    public String url() {
        return "http://" + host + ":" + port.port();
    }

    @Override
    public void close() {
        port.close();
    }
}
