package io.fleetcommand.registry;

import static io.fleetcommand.registry.RegistryRequest.NOT_REGISTERED;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;

/** The versions and compatibility levels of subjects, as an operator inspects and sets them. Thread-safe. */
final class RegistrySubjects {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NO_LEVEL_OF_ITS_OWN = 40408;
    private static final Set<Integer> NO_LEVEL = Stream.concat(NOT_REGISTERED.stream(), Stream.of(NO_LEVEL_OF_ITS_OWN))
            .collect(Collectors.toUnmodifiableSet());

    private final RegistryConnection connection;

    RegistrySubjects(RegistryConnection connection) {
        this.connection = connection;
    }

    /** One version of a subject, and the names of its fields; none if it is not a readable record schema. */
    record Version(int version, Set<String> fields) {}

    /** Whether any version of a subject is registered. */
    boolean knows(String subject) {
        return send(RegistryRequest.get(
                        "looking for " + subject,
                        RegistryRequest.subjectPath(subject) + "/versions",
                        JsonNode::isArray,
                        NOT_REGISTERED))
                .isSuccess();
    }

    /** The version number of a schema under a subject; empty if it is not registered there. */
    Optional<Integer> version(String subject, Schema schema) {
        RegistryResponse response =
                send(RegistryRequest.lookUp(subject, schema, RegistrySubjects::holdsVersion, NOT_REGISTERED));
        return Optional.of(response).filter(RegistryResponse::isSuccess).map(RegistrySubjects::version);
    }

    /** The latest version of a subject; empty if the subject does not exist. */
    Optional<Version> latest(String subject) {
        RegistryResponse response = send(RegistryRequest.get(
                "fetching the latest version of " + subject,
                RegistryRequest.subjectPath(subject) + "/versions/latest",
                json -> RegistryRequest.holdsSchema(json) && holdsVersion(json),
                NOT_REGISTERED));
        return Optional.of(response)
                .filter(RegistryResponse::isSuccess)
                .map(latest -> new Version(version(latest), fields(latest)));
    }

    /** The compatibility level of a subject; empty if it has none of its own. */
    Optional<String> compatibility(String subject) {
        RegistryResponse response = send(RegistryRequest.get(
                "asking for the compatibility of " + subject,
                RegistryRequest.configPath(subject),
                json -> json.path("compatibilityLevel").isTextual(),
                NO_LEVEL));
        return Optional.of(response)
                .filter(RegistryResponse::isSuccess)
                .map(rule -> rule.json().path("compatibilityLevel").asText());
    }

    void setCompatibility(String subject, String level) {
        send(RegistryRequest.put(
                "setting the compatibility of " + subject,
                RegistryRequest.configPath(subject),
                Map.of("compatibility", level)));
    }

    private RegistryResponse send(RegistryRequest request) {
        return connection.send(request, RequestTimeouts.FOR_WRITERS);
    }

    private static boolean holdsVersion(JsonNode json) {
        return json.path("version").canConvertToInt();
    }

    private static int version(RegistryResponse response) {
        return response.json().path("version").asInt();
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
}
