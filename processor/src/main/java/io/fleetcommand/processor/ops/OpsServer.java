package io.fleetcommand.processor.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fleetcommand.service.Meters;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What an instance tells of itself over HTTP: {@code /alive} and {@code /ready} say 200 with {@code ok}, or 503 with the
 * reason; {@code /status} is for people and {@code ./fleet status}; {@code /metrics} is for Prometheus.
 */
public final class OpsServer implements AutoCloseable {
    private final HttpServer server;

    private OpsServer(HttpServer server) {
        this.server = server;
    }

    /**
     * @param port 0 for any free one
     * @throws IOException if the port cannot be bound
     */
    public static OpsServer start(
            String host, int port, Health health, StatusPage status, Meters meters, Executor executor)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 0);
        server.setExecutor(executor);
        server.createContext("/alive", exchange -> say(exchange, health.notAlive(), "ok"));
        server.createContext(
                "/ready",
                exchange -> say(
                        exchange,
                        health.notReady(),
                        health.remark().map("ok, but "::concat).orElse("ok")));
        server.createContext("/status", exchange -> give(exchange, 200, "application/json", status.json()));
        server.createContext("/metrics", exchange -> give(exchange, 200, Meters.CONTENT_TYPE, meters.scrape()));
        server.start();
        return new OpsServer(server);
    }

    public String url() {
        InetSocketAddress address = server.getAddress();
        return "http://" + address.getHostString() + ":" + address.getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void say(HttpExchange exchange, Optional<String> trouble, String good) throws IOException {
        give(exchange, trouble.isEmpty() ? 200 : 503, "text/plain; charset=utf-8", trouble.orElse(good) + "\n");
    }

    private static void give(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
