package io.fleetcommand.processor.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** {@code GET /alive} and {@code GET /ready}: 200 with {@code ok}, or 503 with the reason. */
public final class OpsServer implements AutoCloseable {
    private final HttpServer server;

    private OpsServer(HttpServer server) {
        this.server = server;
    }

    /**
     * @param port 0 for any free one
     * @throws IOException if the port cannot be bound
     */
    public static OpsServer start(String host, int port, Health health, Executor executor) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 0);
        server.setExecutor(executor);
        server.createContext("/alive", exchange -> answer(exchange, health::notAlive));
        server.createContext("/ready", exchange -> answer(exchange, health::notReady));
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

    private static void answer(HttpExchange exchange, Supplier<Optional<String>> trouble) throws IOException {
        Optional<String> why = trouble.get();
        byte[] body = (why.orElse("ok") + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(why.isEmpty() ? 200 : 503, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
