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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.apache.avro.Schema;

/**
 * A registry over Confluent's REST protocol. Its addresses are asked in turn, twice round, since a registry that restarts
 * is soon back; {@link RequestTimeouts} says how long that may take. Thread-safe.
 */
final class HttpRegistry implements SchemaRegistry {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MediaType TYPE = MediaType.get("application/vnd.schemaregistry.v1+json");
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final int SUBJECT_NOT_FOUND = 40401;
    private static final int VERSION_NOT_FOUND = 40402;
    private static final int SCHEMA_NOT_FOUND = 40403;
    private static final int NO_RULE_OF_ITS_OWN = 40408;
    private static final Set<Integer> NO_SUCH_SUBJECT = Set.of(SUBJECT_NOT_FOUND, VERSION_NOT_FOUND, SCHEMA_NOT_FOUND);
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;

    private final OkHttpClient client;
    private final List<RegistryAddress> addresses;
    private final Optional<String> authorization;
    private final LongSupplier nanoClock;
    private final RetryPolicy<RegistryResponse> twice = RetryPolicy.<RegistryResponse>builder()
            .handle(IOException.class)
            .withDelay(PAUSE)
            .withJitter(0.5)
            .withMaxRetries(1)
            .build();

    /** @param client follows no redirects: it would take a log-in page for a registry */
    HttpRegistry(
            OkHttpClient client,
            List<String> urls,
            Optional<String> authorization,
            LongSupplier nanoClock,
            DoubleSupplier random) {
        this.client = client;
        this.addresses =
                urls.stream().map(url -> new RegistryAddress(url, nanoClock, random)).toList();
        this.authorization = authorization;
        this.nanoClock = nanoClock;
    }

    @Override
    public int register(String subject, Schema schema) {
        RegistryRequest question = new RegistryRequest(
                "registering " + schema.getFullName() + " under " + subject,
                "/subjects/" + encoded(subject) + "/versions",
                Optional.of(body(schema)),
                HttpRegistry::holdsId,
                Set.of(),
                Set.of(CONFLICT, UNPROCESSABLE));
        RegistryResponse reply = ask(question, RequestTimeouts.FOR_WRITERS);
        if (reply.status() == CONFLICT) {
            // Apicurio answers so to the slower of two who register the same at once; what does not fit stays so.
            reply = ask(question, RequestTimeouts.FOR_WRITERS);
        }
        if (!reply.isSuccess()) {
            throw new IncompatibleSchema("the schema registry refuses " + schema.getFullName() + " under " + subject
                    + ": " + reply.text() + ". Compare it with GET /subjects/" + subject + "/versions/latest");
        }
        return id(reply);
    }

    @Override
    public int lookUp(String subject, Schema schema) {
        RegistryResponse reply = ask(
                new RegistryRequest(
                        "looking up " + schema.getFullName() + " under " + subject,
                        "/subjects/" + encoded(subject),
                        Optional.of(body(schema)),
                        HttpRegistry::holdsId,
                        NO_SUCH_SUBJECT,
                        Set.of()),
                RequestTimeouts.FOR_WRITERS);
        if (!reply.isSuccess()) {
            throw new UnknownSchema(
                    "the schema registry does not have " + schema.getFullName() + " under " + subject + " ("
                            + reply.text() + "). Register it, or set auto.register.schemas=true",
                    reply.errorCode());
        }
        return id(reply);
    }

    @Override
    public Schema byId(int id) {
        long endNanos = nanoClock.getAsLong() + RequestTimeouts.FOR_READERS.total().toNanos();
        RegistryResponse reply = ask(
                get(
                        "fetching the schema with id " + id,
                        "/schemas/ids/" + id,
                        HttpRegistry::holdsSchema,
                        Set.of(SCHEMA_NOT_FOUND)),
                RequestTimeouts.FOR_READERS);
        if (!reply.isSuccess()) {
            throw new UnknownSchema(
                    "the schema registry knows no schema with id " + id + " (" + reply.text()
                            + "); the record was written against another registry, or is not in the wire format",
                    reply.errorCode());
        }
        return SchemaText.parse(
                id, ReferencedSchemas.of(id, document(id, reply), reference -> referenced(id, reference, endNanos)));
    }

    /** A schema that the one with an id refers to; even one that is deleted from its subject, if not for good. */
    private SchemaDocument referenced(int id, SchemaDocument.Reference reference, long endNanos) {
        RegistryResponse reply = ask(
                get(
                        "fetching " + reference + ", to which the schema with id " + id + " refers",
                        "/subjects/" + encoded(reference.subject()) + "/versions/" + reference.version()
                                + "?deleted=true",
                        HttpRegistry::holdsSchema,
                        NO_SUCH_SUBJECT),
                RequestTimeouts.FOR_READERS.capped(endNanos - nanoClock.getAsLong()));
        if (!reply.isSuccess()) {
            throw new UnknownSchema(
                    "the schema registry does not have " + reference + ", to which the schema with id " + id
                            + " refers (" + reply.text() + "); register it",
                    reply.errorCode());
        }
        return document(id, reply);
    }

    private static SchemaDocument document(int id, RegistryResponse reply) {
        if (reply.isTruncated()) {
            throw new UnreadableRecord(
                    "the schema with id " + id + " is too long: more than " + RegistryResponse.MAX_BYTES
                            + " bytes, where at most " + SchemaText.MAX_CHARS + " characters are read");
        }
        return SchemaDocument.of(id, reply.json());
    }

    /** The number of a schema among the versions of a subject; empty if it is none of them. */
    Optional<Integer> version(String subject, Schema schema) {
        RegistryResponse reply = ask(
                new RegistryRequest(
                        "looking up " + schema.getFullName() + " under " + subject,
                        "/subjects/" + encoded(subject),
                        Optional.of(body(schema)),
                        HttpRegistry::holdsVersion,
                        NO_SUCH_SUBJECT,
                        Set.of()),
                RequestTimeouts.FOR_WRITERS);
        return Optional.of(reply).filter(RegistryResponse::isSuccess).map(HttpRegistry::version);
    }

    /** One version of a subject, and the names of its fields; none where it is no record that can be read. */
    record Version(int version, Set<String> fields) {}

    /** The version that clients get who ask for no particular one; empty for a subject that does not exist. */
    Optional<Version> latest(String subject) {
        RegistryResponse reply = ask(
                get(
                        "fetching the latest version of " + subject,
                        "/subjects/" + encoded(subject) + "/versions/latest",
                        json -> holdsSchema(json) && holdsVersion(json),
                        NO_SUCH_SUBJECT),
                RequestTimeouts.FOR_WRITERS);
        return Optional.of(reply)
                .filter(RegistryResponse::isSuccess)
                .map(latest -> new Version(version(latest), fields(latest)));
    }

    private static Set<String> fields(RegistryResponse latest) {
        try {
            JsonNode schema = JSON.readTree(latest.json().path("schema").asText());
            return StreamSupport.stream(schema.path("fields").spliterator(), false)
                    .map(field -> field.path("name").asText())
                    .collect(Collectors.toSet());
        } catch (JsonProcessingException ofAnotherKind) {
            return Set.of();
        }
    }

    private static boolean holdsVersion(JsonNode json) {
        return json.path("version").canConvertToInt();
    }

    private static int version(RegistryResponse reply) {
        return reply.json().path("version").asInt();
    }

    /** Whether any version of a subject is registered. */
    boolean knows(String subject) {
        return ask(
                        get(
                                "looking for " + subject,
                                "/subjects/" + encoded(subject) + "/versions",
                                JsonNode::isArray,
                                NO_SUCH_SUBJECT),
                        RequestTimeouts.FOR_WRITERS)
                .isSuccess();
    }

    /** The compatibility that a subject asks of a new version; empty where it has no rule of its own. */
    Optional<String> compatibility(String subject) {
        RegistryResponse reply = ask(
                get(
                        "asking for the compatibility of " + subject,
                        "/config/" + encoded(subject),
                        json -> json.path("compatibilityLevel").isTextual(),
                        Set.of(SUBJECT_NOT_FOUND, VERSION_NOT_FOUND, SCHEMA_NOT_FOUND, NO_RULE_OF_ITS_OWN)),
                RequestTimeouts.FOR_WRITERS);
        return Optional.of(reply)
                .filter(RegistryResponse::isSuccess)
                .map(rule -> rule.json().path("compatibilityLevel").asText());
    }

    void setCompatibility(String subject, String level) {
        ask(
                new RegistryRequest(
                        "setting the compatibility of " + subject,
                        "/config/" + encoded(subject),
                        Optional.of(new RegistryRequest.Message("PUT", json(Map.of("compatibility", level)))),
                        JsonNode::isObject,
                        Set.of(),
                        Set.of()),
                RequestTimeouts.FOR_WRITERS);
    }

    /**
     * The answer, or the last word of addresses that all do not have it.
     *
     * @throws RegistryUnavailable if one that may have it could not be asked
     */
    private RegistryResponse ask(RegistryRequest question, RequestTimeouts patience) {
        FailoverCall asking = new FailoverCall(question, patience, addresses, this::askOne, nanoClock);
        try {
            return Failsafe.with(twice).get(asking::round);
        } catch (FailsafeException failed) {
            throw asking.unavailable(
                    failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause()));
        }
    }

    private RegistryResponse askOne(String url, RegistryRequest question, long limitNanos) throws IOException {
        Request.Builder request =
                new Request.Builder().url(url + question.path()).header("Accept", TYPE + ", application/json");
        authorization.ifPresent(value -> request.header("Authorization", value));
        question.message().ifPresent(sent -> request.method(sent.method(), RequestBody.create(sent.json(), TYPE)));
        Call call = client.newCall(request.build());
        call.timeout().timeout(limitNanos, TimeUnit.NANOSECONDS);
        try (Response response = call.execute()) {
            return RegistryResponse.read(response);
        }
    }

    private static RegistryRequest get(String doing, String path, Predicate<JsonNode> answers, Set<Integer> unknown) {
        return new RegistryRequest(doing, path, Optional.empty(), answers, unknown, Set.of());
    }

    private static boolean holdsId(JsonNode json) {
        return json.path("id").canConvertToInt();
    }

    private static boolean holdsSchema(JsonNode json) {
        return json.path("schema").isTextual();
    }

    private static int id(RegistryResponse reply) {
        return reply.json().path("id").asInt();
    }

    private static RegistryRequest.Message body(Schema schema) {
        return new RegistryRequest.Message("POST", json(Map.of("schema", schema.toString())));
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
}
