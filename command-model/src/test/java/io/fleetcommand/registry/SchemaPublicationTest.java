package io.fleetcommand.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.registry.SchemaPublication.Guard;
import io.fleetcommand.registry.SchemaPublication.Register;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anEmptyRegistryGetsTheSchemaAndThenItsGuard() {
        registry(404, 404, 404, "");

        assertThat(missing()).containsExactly(new Register(SUBJECT, SCHEMA), new Guard(SUBJECT, "none of its own"));
    }

    @Test
    void aSubjectThatTakesAnythingIsGuardedFirst() {
        registry(200, 404, 200, "NONE");

        assertThat(missing()).containsExactly(new Guard(SUBJECT, "NONE"), new Register(SUBJECT, SCHEMA));
    }

    @ParameterizedTest
    @ValueSource(strings = {"BACKWARD", "BACKWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"})
    void aSubjectThatIsAsStrictOrStricterStays(String rule) {
        registry(200, 200, 200, rule);

        assertThat(missing()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONE", "FORWARD", "FORWARD_TRANSITIVE"})
    void aSubjectThatLetsBreakingChangesThroughIsGuarded(String rule) {
        registry(200, 200, 200, rule);

        assertThat(missing()).containsExactly(new Guard(SUBJECT, rule));
    }

    @Test
    void theGuardIsSetInConfluentsForm() throws InterruptedException {
        registry(200, 200, 200, "BACKWARD");

        publication().apply(List.of(new Guard(SUBJECT, "NONE")));

        RecordedRequest request = server.takeRequest();
        assertThat(request.getMethod()).isEqualTo("PUT");
        assertThat(request.getUrl().encodedPath()).isEqualTo("/config/" + SUBJECT);
        assertThat(request.getBody().utf8()).isEqualTo("{\"compatibility\":\"BACKWARD\"}");
    }

    private List<SchemaPublication.Change> missing() {
        return publication().missing(Map.of(TOPIC, SCHEMA));
    }

    private SchemaPublication publication() {
        return new SchemaPublication(
                Map.of("schema.registry.url", server.url("/").toString()));
    }

    /** A registry that answers with these statuses when asked for the subject, the schema and the rule. */
    private void registry(int subject, int schema, int rule, String level) {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                String path = request.getUrl().encodedPath();
                if (path.startsWith("/config/")) {
                    return answer(rule, "{\"compatibilityLevel\":\"" + level + "\"}");
                }
                return path.endsWith("/versions") ? answer(subject, "[1]") : answer(schema, "{\"id\":1}");
            }
        });
    }

    private static MockResponse answer(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .body(status == 404 ? "{\"error_code\":40401,\"message\":\"Subject not found\"}" : body)
                .build();
    }
}
