package io.fleetcommand.registry;

import static io.fleetcommand.registry.SchemaPublication.Compatibility.BACKWARD;
import static io.fleetcommand.registry.SchemaPublication.Compatibility.FULL_TRANSITIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.registry.SchemaPublication.Guard;
import io.fleetcommand.registry.SchemaPublication.Register;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaPublicationTest {
    private static final String TOPIC = "fleet.commands";
    private static final String SUBJECT = "fleet.commands-value";
    private static final Schema SCHEMA = Samples.command().getSchema();

    private static final Map<String, Schema> RESULTS = Map.of("fleet.command-results", CommandResult.getClassSchema());

    private final MockWebServer server = new MockWebServer();
    private String latest = version(1, "request_id");

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anEmptyRegistryGetsTheSchemaAndThenItsLevel() {
        registry(404, 404, 404, "");

        assertThat(missing())
                .containsExactly(new Register(SUBJECT, SCHEMA), new Guard(SUBJECT, "none of its own", FULL_TRANSITIVE));
    }

    @Test
    void aSubjectThatAcceptsAnythingGetsItsLevelFirst() {
        registry(200, 404, 200, "NONE");

        assertThat(missing())
                .containsExactly(new Guard(SUBJECT, "NONE", FULL_TRANSITIVE), new Register(SUBJECT, SCHEMA));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONE", "FORWARD", "FORWARD_TRANSITIVE", "BACKWARD", "BACKWARD_TRANSITIVE", "FULL"})
    void requestsRequireFullTransitiveCompatibility(String rule) {
        registry(200, 200, 200, rule);

        assertThat(missing()).containsExactly(new Guard(SUBJECT, rule, FULL_TRANSITIVE));
        assertThat(publication()
                        .missing(Map.of(
                                "orders", VariablePoll.getClassSchema(), "stops", Cancellation.getClassSchema())))
                .containsExactly(
                        new Guard("orders-value", rule, FULL_TRANSITIVE),
                        new Guard("stops-value", rule, FULL_TRANSITIVE));
    }

    @Test
    void requestsWithFullTransitiveCompatibilityNeedNoChange() {
        registry(200, 200, 200, "FULL_TRANSITIVE");

        assertThat(missing()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"BACKWARD", "BACKWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"})
    void aSubjectOfResultsWithAStricterLevelNeedsNoChange(String rule) {
        registry(200, 200, 200, rule);

        assertThat(publication().missing(RESULTS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONE", "FORWARD", "FORWARD_TRANSITIVE"})
    void aSubjectOfResultsThatAcceptsBreakingChangesGetsALevel(String rule) {
        registry(200, 200, 200, rule);

        assertThat(publication().missing(RESULTS))
                .containsExactly(new Guard("fleet.command-results-value", rule, BACKWARD));
    }

    @Test
    void theLevelIsSetWithConfluentsApi() throws InterruptedException {
        registry(200, 200, 200, "BACKWARD");

        publication().apply(List.of(new Guard(SUBJECT, "NONE", FULL_TRANSITIVE)));

        RecordedRequest request = server.takeRequest();
        assertThat(request.getMethod()).isEqualTo("PUT");
        assertThat(request.getUrl().encodedPath()).isEqualTo("/config/" + SUBJECT);
        assertThat(request.getBody().utf8()).isEqualTo("{\"compatibility\":\"FULL_TRANSITIVE\"}");
    }

    @Test
    void anOldSchemaRegisteredLaterIsReportedWithTheFieldsItDrops() {
        latest = version(4, "request_id", "device_id", "function", "created_at");
        registry(200, 200, 200, "FULL_TRANSITIVE");

        assertThat(publication().overtaken(Map.of(TOPIC, SCHEMA)))
                .singleElement()
                .satisfies(overtaken -> {
                    assertThat(overtaken.subject()).isEqualTo(SUBJECT);
                    assertThat(overtaken.version()).isEqualTo(4);
                    assertThat(overtaken.ours()).isEqualTo(1);
                    assertThat(overtaken.dropped())
                            .contains("deadline", "guarantee")
                            .doesNotContain("request_id");
                });
    }

    @Test
    void aSubjectWhoseLatestIsOursOrThatLacksOursIsNotOvertaken() {
        registry(200, 200, 200, "FULL_TRANSITIVE");
        assertThat(publication().overtaken(Map.of(TOPIC, SCHEMA))).isEmpty();

        latest = version(4, "request_id");
        registry(200, 404, 200, "FULL_TRANSITIVE");
        assertThat(publication().overtaken(Map.of(TOPIC, SCHEMA))).isEmpty();
    }

    private List<SchemaPublication.Change> missing() {
        return publication().missing(Map.of(TOPIC, SCHEMA));
    }

    private SchemaPublication publication() {
        return new SchemaPublication(
                Map.of("schema.registry.url", server.url("/").toString()));
    }

    /** A registry that responds with these statuses to requests for the subject, the schema and the level. */
    private void registry(int subject, int schema, int rule, String level) {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                String path = request.getUrl().encodedPath();
                if (path.startsWith("/config/")) {
                    return answer(rule, "{\"compatibilityLevel\":\"" + level + "\"}");
                }
                if (path.endsWith("/versions/latest")) {
                    return answer(200, latest);
                }
                return path.endsWith("/versions") ? answer(subject, "[1]") : answer(schema, "{\"id\":1,\"version\":1}");
            }
        });
    }

    private static String version(int version, String... fields) {
        String names = Stream.of(fields)
                .map(field -> "{\\\"name\\\":\\\"" + field + "\\\"}")
                .collect(Collectors.joining(","));
        return "{\"version\":" + version + ",\"id\":9,\"schema\":\"{\\\"fields\\\":[" + names + "]}\"}";
    }

    private static MockResponse answer(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .body(status == 404 ? "{\"error_code\":40401,\"message\":\"Subject not found\"}" : body)
                .build();
    }
}
