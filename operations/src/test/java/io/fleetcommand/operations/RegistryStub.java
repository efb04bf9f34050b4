package io.fleetcommand.operations;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/** A schema registry that has every schema it is asked for, and guards it well, except where a test says otherwise. */
public final class RegistryStub implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCHEMA_NOT_FOUND = "{\"error_code\":40403}";

    private final MockWebServer server = new MockWebServer();
    private final Map<String, String> compatibility = new ConcurrentHashMap<>();
    private final Map<String, String> latest = new ConcurrentHashMap<>();
    private final Map<String, Integer> missing = new ConcurrentHashMap<>();
    private final AtomicInteger writes = new AtomicInteger();
    private volatile boolean denies;

    public RegistryStub() throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answer(
                        request.getMethod(),
                        List.of(request.getTarget().substring(1).split("/")));
            }
        });
        server.setServerSocketFactory(new PromptServerSockets());
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getPort();
    }

    /** How often it was asked to change anything. */
    public int writes() {
        return writes.get();
    }

    /** The subject takes what this rule lets in. */
    public RegistryStub withCompatibility(String subject, String rule) {
        compatibility.put(subject, rule);
        return this;
    }

    /** The subject lacks this build's schema, and answers so to who registers it. */
    public RegistryStub without(String subject, int statusOfRegistering) {
        missing.put(subject, statusOfRegistering);
        return this;
    }

    /** The subject has a version after this build's. */
    public RegistryStub withLatest(String subject, String schema) {
        latest.put(subject, schema);
        return this;
    }

    /** It lets nobody in. */
    public RegistryStub denying() {
        denies = true;
        return this;
    }

    /** @param path such as {@code subjects/SUBJECT/versions/latest} */
    private MockResponse answer(String method, List<String> path) {
        String subject = path.get(1);
        boolean registers = method.equals("POST") && path.size() == 3;
        if (registers || method.equals("PUT")) {
            writes.incrementAndGet();
        }
        if (denies) {
            return json(401, "{}");
        }
        if (path.get(0).equals("config")) {
            return json(
                    200, "{\"compatibilityLevel\":\"" + compatibility.getOrDefault(subject, "FULL_TRANSITIVE") + "\"}");
        }
        if (registers) {
            int status = missing.getOrDefault(subject, 200);
            return json(
                    status,
                    status == 200 ? "{\"id\":1}" : "{\"error_code\":" + status + ",\"message\":\"it does not fit\"}");
        }
        return switch (path.size()) {
            case 2 ->
                missing.containsKey(subject) ? json(404, SCHEMA_NOT_FOUND) : json(200, "{\"id\":1,\"version\":1}");
            case 3 -> json(200, "[1]");
            default -> json(200, latest(Optional.ofNullable(latest.get(subject))));
        };
    }

    private static String latest(Optional<String> other) {
        return JSON.createObjectNode()
                .put("version", other.isPresent() ? 2 : 1)
                .put("schema", other.orElse("\"string\""))
                .toString();
    }

    private static MockResponse json(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .addHeader("Content-Type", "application/vnd.schemaregistry.v1+json")
                .body(body)
                .build();
    }

    @Override
    public void close() {
        server.close();
    }
}
