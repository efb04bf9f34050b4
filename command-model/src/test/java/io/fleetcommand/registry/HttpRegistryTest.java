package io.fleetcommand.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRegistryTest {
    private static final Schema SCHEMA = Samples.command().getSchema();
    private static final String SUBJECT = "fleet.commands-value";

    private final MockWebServer server = new MockWebServer();
    private final MockWebServer second = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
        second.start();
    }

    @AfterEach
    void stop() {
        server.close();
        second.close();
    }

    @Test
    void aSchemaIsRegisteredUnderItsSubjectInConfluentsForm() throws InterruptedException {
        answer(200, "{\"id\":7}");

        assertThat(registry().register(SUBJECT, SCHEMA)).isEqualTo(7);

        RecordedRequest request = server.takeRequest();
        assertThat(request.getMethod()).isEqualTo("POST");
        assertThat(request.getUrl().encodedPath()).isEqualTo("/subjects/fleet.commands-value/versions");
        assertThat(request.getHeaders().get("Content-Type")).startsWith("application/vnd.schemaregistry.v1+json");
        assertThat(request.getHeaders().get("Accept")).startsWith("application/vnd.schemaregistry.v1+json");
        assertThat(request.getBody().utf8()).startsWith("{\"schema\":\"{\\\"type\\\":\\\"record\\\"");
    }

    @Test
    void aSchemaIsLookedUpWithoutRegisteringIt() throws InterruptedException {
        answer(200, "{\"subject\":\"fleet.commands-value\",\"version\":1,\"id\":8,\"schema\":\"\"}");

        assertThat(registry().lookUp(SUBJECT, SCHEMA)).isEqualTo(8);
        assertThat(server.takeRequest().getUrl().encodedPath()).isEqualTo("/subjects/fleet.commands-value");
    }

    @Test
    void aSchemaIsFetchedByItsId() throws InterruptedException {
        answer(200, "{\"schema\":\"\\\"string\\\"\"}");

        assertThat(registry().byId(9)).isEqualTo(Schema.create(Schema.Type.STRING));
        assertThat(server.takeRequest().getUrl().encodedPath()).isEqualTo("/schemas/ids/9");
    }

    @Test
    void whatIsKnownIsAskedForOnce() {
        answer(200, "{\"id\":7}");
        answer(200, "{\"schema\":\"\\\"string\\\"\"}");
        SchemaRegistry registry = registry();

        for (int i = 0; i < 3; i++) {
            registry.register(SUBJECT, SCHEMA);
            registry.byId(7);
        }

        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void whatIsNotKnownIsAskedForAgain() {
        answer(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
        answer(200, "{\"schema\":\"\\\"string\\\"\"}");
        SchemaRegistry registry = registry();

        assertThatThrownBy(() -> registry.byId(3))
                .isInstanceOf(UnknownSchema.class)
                .hasMessageContaining("no schema with id 3")
                .hasMessageContaining("error 40403: Schema not found");
        assertThat(registry.byId(3)).isEqualTo(Schema.create(Schema.Type.STRING));
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 422})
    void aSchemaThatTheRegistryRefusesIsIncompatible(int status) {
        answer(status, "{\"error_code\":" + status + ",\"message\":\"reader field 'x' is missing\"}");
        answer(status, "{\"error_code\":" + status + ",\"message\":\"reader field 'x' is missing\"}");

        assertThatThrownBy(() -> registry().register(SUBJECT, SCHEMA))
                .isInstanceOf(IncompatibleSchema.class)
                .hasMessageContaining("refuses io.fleetcommand.model.DeviceCommand under fleet.commands-value")
                .hasMessageContaining("reader field 'x' is missing")
                .hasMessageContaining("GET /subjects/fleet.commands-value/versions/latest");
    }

    @Test
    void twoWhoRegisterTheSameAtOnceBothGetItsId() {
        answer(409, "{\"error_code\":409,\"message\":\"An artifact with ID 'fleet.commands-value' already exists.\"}");
        answer(200, "{\"id\":7}");

        assertThat(registry().register(SUBJECT, SCHEMA)).isEqualTo(7);
    }

    @Test
    void aLookUpOfAnUnregisteredSchemaSaysWhatToDo() {
        answer(404, "{\"error_code\":40401,\"message\":\"Subject not found\"}");

        assertThatThrownBy(() -> registry().lookUp(SUBJECT, SCHEMA))
                .isInstanceOf(UnknownSchema.class)
                .hasMessageContaining("auto.register.schemas=true");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 429, 408})
    void aTemporaryFailureIsTriedAgain(int status) {
        answer(status, "busy");
        answer(200, "{\"id\":7}");

        assertThat(registry().register(SUBJECT, SCHEMA)).isEqualTo(7);
    }

    @Test
    void theNextRegistryAnswersForOneThatIsAway() {
        server.close();
        second.enqueue(new MockResponse.Builder().body("{\"id\":7}").build());

        assertThat(registry(Map.of("schema.registry.url", server.url("/") + "," + second.url("/")))
                        .register(SUBJECT, SCHEMA))
                .isEqualTo(7);
    }

    @Test
    void aRegistryThatIsAwayIsReportedAfterTwoRounds() {
        for (int i = 0; i < 2; i++) {
            server.enqueue(new MockResponse.Builder()
                    .onRequestStart(new SocketEffect.CloseSocket())
                    .build());
            second.enqueue(new MockResponse.Builder().code(503).build());
        }

        assertThatThrownBy(() -> registry(Map.of("schema.registry.url", server.url("/") + "," + second.url("/")))
                        .byId(1))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageContaining("no schema registry answers at [" + url(server) + ", " + url(second) + "]")
                .hasMessageContaining("Check schema.registry.url");
        assertThat(second.getRequestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void aRefusedCallerIsToldWhichSettingsToCheck(int status) {
        answer(status, "");

        assertThatThrownBy(() -> registry().byId(1))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageContaining("basic.auth.user.info or bearer.auth.token");
    }

    @Test
    void anAnswerThatIsNoJsonIsNoAnswer() {
        answer(200, "<html>welcome</html>");

        assertThatThrownBy(() -> registry().byId(1))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageContaining("answers 200");
    }

    @Test
    void aSchemaThatCannotBeParsedIsNoSchema() {
        answer(200, "{\"schema\":\"syntax = \\\"proto3\\\";\",\"schemaType\":\"PROTOBUF\"}");

        assertThatThrownBy(() -> registry().byId(4))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessage("the schema with id 4 is not an Avro schema");
    }

    @Test
    void userAndPasswordAreSentAsBasicAuthentication() throws InterruptedException {
        answer(200, "{\"id\":1}");

        registry(Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "ann:s:ecret"))
                .register(SUBJECT, SCHEMA);

        assertThat(authorization()).isEqualTo(basic("ann:s:ecret"));
    }

    @Test
    void userAndPasswordMayStandInTheUrlAndAreNotShown() throws InterruptedException {
        String withUser = server.url("/")
                .newBuilder()
                .username("bob")
                .password("hidden")
                .build()
                .toString();
        answer(200, "{\"id\":1}");

        registry(Map.of("schema.registry.url", withUser)).register(SUBJECT, SCHEMA);
        assertThat(authorization()).isEqualTo(basic("bob:hidden"));

        server.close();
        assertThatThrownBy(
                        () -> registry(Map.of("schema.registry.url", withUser)).byId(2))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageNotContaining("hidden");
    }

    @Test
    void aBearerTokenIsSent() throws InterruptedException {
        answer(200, "{\"id\":1}");

        registry(Map.of("bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", "t-1"))
                .register(SUBJECT, SCHEMA);

        assertThat(authorization()).isEqualTo("Bearer t-1");
    }

    @Test
    void aRegistryBehindTlsIsReachedWithTheCertificateOfTheSettingsAndNotWithout() throws IOException {
        HeldCertificate held = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        try (MockWebServer secure = new MockWebServer()) {
            secure.useHttps(new HandshakeCertificates.Builder()
                    .heldCertificate(held)
                    .build()
                    .sslSocketFactory());
            secure.start();
            secure.enqueue(new MockResponse.Builder().body("{\"id\":5}").build());
            String address = secure.url("/").toString();

            assertThatThrownBy(() ->
                            registry(Map.of("schema.registry.url", address)).byId(1))
                    .isInstanceOf(RegistryUnavailable.class);
            assertThat(registry(Map.of(
                                    "schema.registry.url",
                                    address,
                                    "schema.registry.ssl.truststore.type",
                                    "PEM",
                                    "schema.registry.ssl.truststore.certificates",
                                    held.certificatePem()))
                            .register(SUBJECT, SCHEMA))
                    .isEqualTo(5);
        }
    }

    private void answer(int status, String body) {
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());
    }

    private SchemaRegistry registry() {
        return registry(Map.of());
    }

    private SchemaRegistry registry(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of("schema.registry.url", url(server)));
        settings.putAll(more);
        return Registries.of(RegistrySettings.from(settings));
    }

    private String authorization() throws InterruptedException {
        return server.takeRequest().getHeaders().get("Authorization");
    }

    private static String url(MockWebServer server) {
        return server.url("/").toString().replaceAll("/$", "");
    }

    private static String basic(String userInfo) {
        return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    }
}
