package io.fleetcommand.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import org.apache.avro.Schema;

/** Clients of a registry in front of two servers that answer as the test says. */
final class RegistryBench implements AutoCloseable {
    static final Schema SCHEMA = Samples.command().getSchema();
    static final String SUBJECT = "fleet.commands-value";
    static final String UNKNOWN_ID = "{\"error_code\":40403,\"message\":\"Schema not found\"}";
    static final String STRING = "{\"schema\":\"\\\"string\\\"\"}";

    final MockWebServer server = new MockWebServer();
    final MockWebServer second = new MockWebServer();

    RegistryBench() {
        try {
            server.start();
            second.start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void answer(int status, String body) {
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());
    }

    static MockResponse response(int status, String body) {
        return new MockResponse.Builder().code(status).body(body).build();
    }

    SchemaRegistry both() {
        return registry(Map.of("schema.registry.url", url(server) + "," + url(second)));
    }

    /** A registry client with a manual clock. */
    static HttpRegistry timed(AtomicLong nowNanos, String... urls) {
        RegistryConnection connection =
                new RegistryConnection(new OkHttpClient(), List.of(urls), Optional.empty(), nowNanos::get, () -> 1);
        return new HttpRegistry(connection, nowNanos::get);
    }

    SchemaRegistry registry() {
        return registry(Map.of());
    }

    SchemaRegistry registry(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of("schema.registry.url", url(server)));
        settings.putAll(more);
        return Registries.of(RegistrySettings.from(settings));
    }

    static String url(MockWebServer server) {
        return server.url("/").toString().replaceAll("/$", "");
    }

    @Override
    public void close() {
        server.close();
        second.close();
    }
}
