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
 * A client of Confluent's REST API. Tries its addresses in turn, in two rounds, as a restarting registry is soon back;
 * {@link RequestTimeouts} limits the time. Thread-safe.
 */
final class HttpRegistry implements SchemaRegistry {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MediaType CONTENT_TYPE = MediaType.get("application/vnd.schemaregistry.v1+json");
    private static final Duration RETRY_DELAY = Duration.ofMillis(100);

    private static final int SUBJECT_NOT_FOUND = 40401;
    private static final int VERSION_NOT_FOUND = 40402;
    static final int SCHEMA_NOT_FOUND = 40403;
    private static final int NO_LEVEL_OF_ITS_OWN = 40408;
    private static final Set<Integer> NOT_REGISTERED = Set.of(SUBJECT_NOT_FOUND, VERSION_NOT_FOUND, SCHEMA_NOT_FOUND);
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;

    private final OkHttpClient client;
    private final List<RegistryAddress> addresses;
    private final Optional<String> authorization;
    private final LongSupplier nanoClock;
    private final RetryPolicy<RegistryResponse> retryPolicy = RetryPolicy.<RegistryResponse>builder()
            .handle(IOException.class)
            .withDelay(RETRY_DELAY)
            .withJitter(0.5)
            .withMaxRetries(1)
            .build();

    /** @param client must not follow redirects, or a login page would be taken for a registry */
    HttpRegistry(
            OkHttpClient client,
            List<String> urls,
            Optional<String> authorization,
            LongSupplier nanoClock,
            DoubleSupplier random) {
        this.client = client;
        this.addresses = urls.stream()
                .map(url -> new RegistryAddress(url, nanoClock, random))
                .toList();
        this.authorization = authorization;
        this.nanoClock = nanoClock;
    }

    @Override
    public int register(String subject, Schema schema) {
        RegistryRequest request = new RegistryRequest(
                "registering " + schema.getFullName() + " under " + subject,
                "/subjects/" + encode(subject) + "/versions",
                Optional.of(body(schema)),
                HttpRegistry::holdsId,
                Set.of(),
                Set.of(CONFLICT, UNPROCESSABLE));
        RegistryResponse response = send(request, RequestTimeouts.FOR_WRITERS);
        if (response.status() == CONFLICT) {
            // Apicurio responds so to the slower of two concurrent registrations of one schema; a real conflict
            // persists.
            response = send(request, RequestTimeouts.FOR_WRITERS);
        }
        if (!response.isSuccess()) {
            throw new IncompatibleSchema("the schema registry refuses " + schema.getFullName() + " under " + subject
                    + ": " + response.text() + ". Compare it with GET /subjects/" + subject + "/versions/latest");
        }
        return id(response);
    }

    @Override
    public int lookUp(String subject, Schema schema) {
        RegistryResponse response = send(
                new RegistryRequest(
                        "looking up " + schema.getFullName() + " under " + subject,
                        "/subjects/" + encode(subject),
                        Optional.of(body(schema)),
                        HttpRegistry::holdsId,
                        NOT_REGISTERED,
                        Set.of()),
                RequestTimeouts.FOR_WRITERS);
        if (!response.isSuccess()) {
            throw new UnknownSchema(
                    "the schema registry does not have " + schema.getFullName() + " under " + subject + " ("
                            + response.text() + "). Register it, or set auto.register.schemas=true",
                    response.errorCode());
        }
        return id(response);
    }

    @Override
    public Schema byId(int id) {
        long deadlineNanos =
                nanoClock.getAsLong() + RequestTimeouts.FOR_READERS.total().toNanos();
        RegistryResponse response = send(
                get(
                        "fetching the schema with id " + id,
                        "/schemas/ids/" + id,
                        HttpRegistry::holdsSchema,
                        Set.of(SCHEMA_NOT_FOUND)),
                RequestTimeouts.FOR_READERS);
        if (!response.isSuccess()) {
            throw new UnknownSchema(
                    "the schema registry knows no schema with id " + id + " (" + response.text()
                            + "); the record was written against another registry, or is not in the wire format",
                    response.errorCode());
        }
        return SchemaText.parse(
                id,
                ReferencedSchemas.of(
                        id, document(id, response), reference -> referenced(id, reference, deadlineNanos)));
    }

    /** A referenced schema, including a soft-deleted one. */
    private SchemaDocument referenced(int id, SchemaDocument.Reference reference, long deadlineNanos) {
        RegistryResponse response = send(
                get(
                        "fetching " + reference + ", to which the schema with id " + id + " refers",
                        "/subjects/" + encode(reference.subject()) + "/versions/" + reference.version()
                                + "?deleted=true",
                        HttpRegistry::holdsSchema,
                        NOT_REGISTERED),
                RequestTimeouts.FOR_READERS.capped(deadlineNanos - nanoClock.getAsLong()));
        if (!response.isSuccess()) {
            throw new UnknownSchema(
                    "the schema registry does not have " + reference + ", to which the schema with id " + id
                            + " refers (" + response.text() + "); register it",
                    response.errorCode());
        }
        return document(id, response);
    }

    private static SchemaDocument document(int id, RegistryResponse response) {
        if (response.isTruncated()) {
            throw new UnreadableRecord(
                    "the schema with id " + id + " is too long: more than " + RegistryResponse.MAX_BYTES
                            + " bytes, where at most " + SchemaText.MAX_CHARS + " characters are read");
        }
        return SchemaDocument.of(id, response.json());
    }

    /** The version number of a schema under a subject; empty if it is not registered there. */
    Optional<Integer> version(String subject, Schema schema) {
        RegistryResponse response = send(
                new RegistryRequest(
                        "looking up " + schema.getFullName() + " under " + subject,
                        "/subjects/" + encode(subject),
                        Optional.of(body(schema)),
                        HttpRegistry::holdsVersion,
                        NOT_REGISTERED,
                        Set.of()),
                RequestTimeouts.FOR_WRITERS);
        return Optional.of(response).filter(RegistryResponse::isSuccess).map(HttpRegistry::version);
    }

    /** One version of a subject, and the names of its fields; none if it is not a readable record schema. */
    record Version(int version, Set<String> fields) {}

    /** The latest version of a subject; empty if the subject does not exist. */
    Optional<Version> latest(String subject) {
        RegistryResponse response = send(
                get(
                        "fetching the latest version of " + subject,
                        "/subjects/" + encode(subject) + "/versions/latest",
                        json -> holdsSchema(json) && holdsVersion(json),
                        NOT_REGISTERED),
                RequestTimeouts.FOR_WRITERS);
        return Optional.of(response)
                .filter(RegistryResponse::isSuccess)
                .map(latest -> new Version(version(latest), fields(latest)));
    }

    private static Set<String> fields(RegistryResponse latest) {
        try {
            JsonNode schema = JSON.readTree(latest.json().path("schema").asText());
            return StreamSupport.stream(schema.path("fields").spliterator(), false)
                    .map(field -> field.path("name").asText())
                    .collect(Collectors.toSet());
        } catch (JsonProcessingException notJson) {
            return Set.of();
        }
    }

    private static boolean holdsVersion(JsonNode json) {
        return json.path("version").canConvertToInt();
    }

    private static int version(RegistryResponse response) {
        return response.json().path("version").asInt();
    }

    /** Whether any version of a subject is registered. */
    boolean knows(String subject) {
        return send(
                        get(
                                "looking for " + subject,
                                "/subjects/" + encode(subject) + "/versions",
                                JsonNode::isArray,
                                NOT_REGISTERED),
                        RequestTimeouts.FOR_WRITERS)
                .isSuccess();
    }

    /** The compatibility level of a subject; empty if it has none of its own. */
    Optional<String> compatibility(String subject) {
        RegistryResponse response = send(
                get(
                        "asking for the compatibility of " + subject,
                        "/config/" + encode(subject),
                        json -> json.path("compatibilityLevel").isTextual(),
                        Set.of(SUBJECT_NOT_FOUND, VERSION_NOT_FOUND, SCHEMA_NOT_FOUND, NO_LEVEL_OF_ITS_OWN)),
                RequestTimeouts.FOR_WRITERS);
        return Optional.of(response)
                .filter(RegistryResponse::isSuccess)
                .map(rule -> rule.json().path("compatibilityLevel").asText());
    }

    void setCompatibility(String subject, String level) {
        send(
                new RegistryRequest(
                        "setting the compatibility of " + subject,
                        "/config/" + encode(subject),
                        Optional.of(new RegistryRequest.Message("PUT", json(Map.of("compatibility", level)))),
                        JsonNode::isObject,
                        Set.of(),
                        Set.of()),
                RequestTimeouts.FOR_WRITERS);
    }

    /**
     * The response, or that of an address if none has the schema.
     *
     * @throws RegistryUnavailable if an address that may have the schema could not be reached
     */
    private RegistryResponse send(RegistryRequest request, RequestTimeouts timeouts) {
        FailoverCall call = new FailoverCall(request, timeouts, addresses, this::sendTo, nanoClock);
        try {
            return Failsafe.with(retryPolicy).get(call::round);
        } catch (FailsafeException failed) {
            throw call.unavailable(
                    failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause()));
        }
    }

    private RegistryResponse sendTo(String url, RegistryRequest request, long limitNanos) throws IOException {
        Request.Builder builder =
                new Request.Builder().url(url + request.path()).header("Accept", CONTENT_TYPE + ", application/json");
        authorization.ifPresent(value -> builder.header("Authorization", value));
        request.message()
                .ifPresent(sent -> builder.method(sent.method(), RequestBody.create(sent.json(), CONTENT_TYPE)));
        Call call = client.newCall(builder.build());
        call.timeout().timeout(limitNanos, TimeUnit.NANOSECONDS);
        try (Response response = call.execute()) {
            return RegistryResponse.read(response);
        }
    }

    private static RegistryRequest get(
            String action, String path, Predicate<JsonNode> isAnswer, Set<Integer> unknownCodes) {
        return new RegistryRequest(action, path, Optional.empty(), isAnswer, unknownCodes, Set.of());
    }

    private static boolean holdsId(JsonNode json) {
        return json.path("id").canConvertToInt();
    }

    private static boolean holdsSchema(JsonNode json) {
        return json.path("schema").isTextual();
    }

    private static int id(RegistryResponse response) {
        return response.json().path("id").asInt();
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

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
