package io.fleetcommand.systemtest.bench.abuse;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** The reverse proxy between a processor and its schema registry, which can fail as such proxies do. */
final class RegistryFrontEnd implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String PATH = "/apis/ccompat/v7";
    private static final String BY_ID = PATH + "/schemas/ids/";
    private static final byte[] HTML =
            "<html><body><h1>404 Not Found</h1></body></html>".getBytes(StandardCharsets.UTF_8);

    /** How it serves. */
    enum Mode {
        PASSING,
        /** It has lost its routes: look-ups of schemas by id get a page that says 404. */
        LOST_ROUTES,
        /** It hangs up on everyone. */
        DOWN
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final AtomicLong lookUps = new AtomicLong();
    private volatile Mode mode = Mode.PASSING;
    private volatile String registry = "";

    RegistryFrontEnd() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException("no port for the registry's front end", failed);
        }
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    /** The registry's URL as processors see it. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + PATH;
    }

    /** Passes requests on to a registry from now on. */
    void passTo(String url) {
        registry = url;
    }

    void become(Mode next) {
        mode = next;
    }

    /** How many schemas were asked for by their ids. */
    long lookUps() {
        return lookUps.get();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean byId = exchange.getRequestURI().getPath().startsWith(BY_ID);
            if (byId) {
                lookUps.incrementAndGet();
            }
            switch (mode) {
                case DOWN -> {
                    // Closed without a word.
                }
                case LOST_ROUTES -> {
                    if (byId) {
                        answer(exchange, 404, "text/html", HTML);
                    } else {
                        pass(exchange);
                    }
                }
                case PASSING -> pass(exchange);
            }
        }
    }

    private void pass(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().toString().substring(PATH.length());
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(registry + path))
                .timeout(TIMEOUT)
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        for (String name : List.of("Accept", "Content-Type")) {
            exchange.getRequestHeaders().getOrDefault(name, List.of()).forEach(value -> request.header(name, value));
        }
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer(
                    exchange,
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse("application/json"),
                    response.body());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
