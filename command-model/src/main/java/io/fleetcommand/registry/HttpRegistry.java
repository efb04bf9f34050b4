package io.fleetcommand.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.apache.avro.Schema;

/**
 * A registry over Confluent's REST protocol. Its URLs are tried in turn, twice round, since a registry that restarts
 * is soon back; every call has a time limit.
 */
final class HttpRegistry implements SchemaRegistry {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MediaType TYPE = MediaType.get("application/vnd.schemaregistry.v1+json");
    private static final int ROUNDS = 2;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(2);

    private final OkHttpClient client;
    private final List<String> urls;
    private final Optional<String> authorization;
    private final RetryPolicy<Reply> inTurn;

    HttpRegistry(OkHttpClient client, List<String> urls, Optional<String> authorization) {
        this.client = client;
        this.urls = List.copyOf(urls);
        this.authorization = authorization;
        this.inTurn = RetryPolicy.<Reply>builder()
                .handle(IOException.class)
                .withBackoff(FIRST_PAUSE, LAST_PAUSE)
                .withJitter(0.5)
                .withMaxRetries(ROUNDS * urls.size() - 1)
                .build();
    }

    @Override
    public int register(String subject, Schema schema) {
        String path = "/subjects/" + encoded(subject) + "/versions";
        Reply reply = ask(path, Optional.of(body(schema)));
        if (reply.status() == 409) {
            // Apicurio answers so to the slower of two who register the same at once; what does not fit stays so.
            reply = ask(path, Optional.of(body(schema)));
        }
        if (reply.status() == 409 || reply.status() == 422) {
            throw new IncompatibleSchema("the schema registry refuses " + schema.getFullName() + " under " + subject
                    + ": " + reply.message() + ". Compare it with GET /subjects/" + subject + "/versions/latest");
        }
        return reply.orThrow("registering " + schema.getFullName() + " under " + subject)
                .path("id")
                .asInt();
    }

    @Override
    public int lookUp(String subject, Schema schema) {
        Reply reply = ask("/subjects/" + encoded(subject), Optional.of(body(schema)));
        if (reply.status() == 404) {
            throw new UnknownSchema("the schema registry does not have " + schema.getFullName() + " under " + subject
                    + " (" + reply.message() + "). Register it, or set auto.register.schemas=true");
        }
        return reply.orThrow("looking up " + schema.getFullName() + " under " + subject)
                .path("id")
                .asInt();
    }

    @Override
    public Schema byId(int id) {
        Reply reply = ask("/schemas/ids/" + id, Optional.empty());
        if (reply.status() == 404) {
            throw new UnknownSchema("the schema registry knows no schema with id " + id + " (" + reply.message()
                    + "); the record was written against another registry, or is not in the wire format");
        }
        String schema = reply.orThrow("fetching the schema with id " + id)
                .path("schema")
                .asText();
        try {
            return new Schema.Parser().parse(schema);
        } catch (RuntimeException unparsable) {
            throw new UnreadableRecord("the schema with id " + id + " is not an Avro schema", unparsable);
        }
    }

    /** Whether any version of a subject is registered. */
    boolean knows(String subject) {
        Reply reply = ask("/subjects/" + encoded(subject) + "/versions", Optional.empty());
        if (reply.status() == 404) {
            return false;
        }
        reply.orThrow("looking for " + subject);
        return true;
    }

    /** The compatibility that a subject asks of a new version; empty where it has no rule of its own. */
    Optional<String> compatibility(String subject) {
        Reply reply = ask("/config/" + encoded(subject), Optional.empty());
        if (reply.status() == 404) {
            return Optional.empty();
        }
        JsonNode rule = reply.orThrow("asking for the compatibility of " + subject);
        return Optional.of(rule.path("compatibilityLevel").asText());
    }

    void setCompatibility(String subject, String level) {
        ask("/config/" + encoded(subject), Optional.of(new Message("PUT", json(Map.of("compatibility", level)))))
                .orThrow("setting the compatibility of " + subject);
    }

    private Reply ask(String path, Optional<Message> message) {
        try {
            return Failsafe.with(inTurn)
                    .get(call -> askOne(urls.get(call.getAttemptCount() % urls.size()) + path, message));
        } catch (FailsafeException failed) {
            throw new RegistryUnavailable(
                    "no schema registry answers at " + urls + ": "
                            + failed.getCause().getMessage()
                            + ". Check schema.registry.url and that the registry runs",
                    failed.getCause());
        }
    }

    private Reply askOne(String url, Optional<Message> message) throws IOException {
        Request.Builder request = new Request.Builder().url(url).header("Accept", TYPE + ", application/json");
        authorization.ifPresent(value -> request.header("Authorization", value));
        message.ifPresent(sent -> request.method(sent.method(), RequestBody.create(sent.json(), TYPE)));
        try (Response response = client.newCall(request.build()).execute()) {
            Reply reply = new Reply(response.code(), response.body().string());
            if (reply.isTemporary()) {
                throw new IOException("it answers " + reply.status() + " " + reply.message());
            }
            return reply;
        }
    }

    private static Message body(Schema schema) {
        return new Message("POST", json(Map.of("schema", schema.toString())));
    }

    private static String json(Map<String, String> fields) {
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private record Message(String method, String json) {}

    private record Reply(int status, String body) {
        boolean isTemporary() {
            return status >= 500 || status == 429 || status == 408;
        }

        JsonNode orThrow(String doing) {
            if (status == 401 || status == 403) {
                throw new RegistryUnavailable(
                        "the schema registry does not let us in while " + doing + ": " + status + ". Check "
                                + "basic.auth.user.info or bearer.auth.token",
                        new IOException("HTTP " + status));
            }
            return Optional.of(json())
                    .filter(json -> status < 300 && json.isContainerNode())
                    .orElseThrow(() -> new RegistryUnavailable(
                            "the schema registry answers " + status + " " + message() + " while " + doing,
                            new IOException("HTTP " + status)));
        }

        /** What the registry said, with its own error code. */
        String message() {
            JsonNode json = json();
            return json.has("message")
                    ? "error " + json.path("error_code").asInt(status) + ": "
                            + json.path("message").asText()
                    : "error " + status;
        }

        private JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException notJson) {
                return JSON.missingNode();
            }
        }
    }
}
