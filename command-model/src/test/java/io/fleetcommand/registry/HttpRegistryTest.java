package io.fleetcommand.registry;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRegistryTest {
    private static final Schema SCHEMA = Samples.command().getSchema();
    private static final String SUBJECT = "fleet.commands-value";
    private static final String UNKNOWN_ID = "{\"error_code\":40403,\"message\":\"Schema not found\"}";
    private static final String STRING = "{\"schema\":\"\\\"string\\\"\"}";

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
    void aSchemaIsRegisteredUnderItsSubjectWithConfluentsApi() throws InterruptedException {
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
    void idsAndSchemasAreCached() {
        answer(200, "{\"id\":7}");
        SchemaRegistry registry = registry();

        for (int i = 0; i < 3; i++) {
            registry.register(SUBJECT, SCHEMA);
        }

        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void anIdThatTheRegistryDoesNotKnowIsAnUnknownSchema() {
        answer(404, UNKNOWN_ID);

        assertThatThrownBy(() -> registry().byId(3))
                .isInstanceOf(UnknownSchema.class)
                .hasMessageContaining("no schema with id 3")
                .hasMessageContaining("error 40403: Schema not found")
                .extracting("errorCode")
                .isEqualTo(40403);
    }

    static Stream<MockResponse> answersThatNoRegistryGives() {
        return Stream.of(
                response(404, "<html>no such page</html>"),
                response(404, ""),
                response(404, "{\"error_code\":404,\"message\":\"no such path\"}"),
                response(404, "{\"error_code\":40401,\"message\":\"that is not what was asked\"}"),
                response(404, "{\"status\":404}"),
                response(400, UNKNOWN_ID),
                response(200, "<html>welcome</html>"),
                response(200, ""),
                response(200, "[]"),
                response(200, "{\"schema\":7}"),
                response(200, "{\"schema\":" + "[".repeat(100_000)),
                response(200, "<".repeat(5_000_000)),
                response(204, ""),
                new MockResponse.Builder()
                        .code(302)
                        .setHeader("Location", "/login")
                        .build(),
                response(500, UNKNOWN_ID),
                response(502, "<html>bad gateway</html>"),
                response(503, ""),
                response(429, ""));
    }

    @ParameterizedTest
    @MethodSource("answersThatNoRegistryGives")
    void aResponseThatIsNotOfARegistryIsAFailure(MockResponse answer) {
        server.enqueue(answer);
        server.enqueue(answer);
        assertThatThrownBy(() -> registry().byId(1))
                .isInstanceOf(RegistryUnavailable.class)
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("not as a registry does")
                .hasMessageNotContaining("40403");

        server.enqueue(answer);
        second.enqueue(response(200, STRING));
        assertThat(both().byId(1)).isEqualTo(Schema.create(Schema.Type.STRING));
    }

    @Test
    void aProxysNotFoundIsRetriedUntilTheRegistryResponds() {
        AtomicLong nowNanos = new AtomicLong();
        HttpRegistry registry = timed(nowNanos, url(server));
        for (int i = 0; i < 4; i++) {
            answer(404, "<html>no such page</html>");
        }
        assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(RegistryUnavailable.class);
        nowNanos.addAndGet(SECONDS.toNanos(10));
        assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(RegistryUnavailable.class);
        nowNanos.addAndGet(SECONDS.toNanos(10));
        answer(200, STRING);

        assertThat(registry.byId(1)).isEqualTo(Schema.create(Schema.Type.STRING));
    }

    @Test
    void ifOneAddressLagsTheNextIsTried() {
        answer(404, UNKNOWN_ID);
        second.enqueue(response(200, STRING));

        assertThat(both().byId(1)).isEqualTo(Schema.create(Schema.Type.STRING));
    }

    @Test
    void anIdIsUnknownOnlyIfAllAddressesSaySo() {
        answer(404, UNKNOWN_ID);
        second.enqueue(response(404, UNKNOWN_ID));

        assertThatThrownBy(() -> both().byId(1)).isInstanceOf(UnknownSchema.class);
        assertThat(server.getRequestCount() + second.getRequestCount()).isEqualTo(2);
    }

    @Test
    void anIdIsNotUnknownWhileOneAddressIsUnreachable() {
        answer(404, UNKNOWN_ID);
        second.close();

        assertThatThrownBy(() -> both().byId(1))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageStartingWith("not every schema registry answers")
                .hasMessageNotContaining("40403");
        assertThat(server.getRequestCount())
                .as("what has spoken is not asked again")
                .isEqualTo(1);
    }

    @Test
    void anAddressThatFailedIsRetriedInTheSecondRound() {
        answer(503, "");
        answer(404, UNKNOWN_ID);
        second.enqueue(response(404, UNKNOWN_ID));

        assertThatThrownBy(() -> both().byId(1)).isInstanceOf(UnknownSchema.class);
    }

    @Test
    void aFailedAddressBacksOffWhileTheOthersRespond() {
        AtomicLong nowNanos = new AtomicLong();
        HttpRegistry registry = timed(nowNanos, url(server), url(second));
        server.close();
        second.enqueue(response(200, STRING));
        second.enqueue(response(200, STRING));
        second.enqueue(response(404, UNKNOWN_ID));
        registry.byId(1);
        registry.byId(2);

        assertThatThrownBy(() -> registry.byId(3))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageContaining("failed a moment ago and backs off");
    }

    @Test
    void whileAllAddressesBackOffReadersFailFastAndWritersTry() {
        AtomicLong nowNanos = new AtomicLong();
        HttpRegistry registry = timed(nowNanos, url(server));
        answer(503, "");
        answer(503, "");
        assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(RegistryUnavailable.class);
        assertThatThrownBy(() -> registry.byId(2)).hasMessageContaining("backs off");
        assertThat(server.getRequestCount()).isEqualTo(2);

        answer(200, "{\"id\":7}");
        assertThat(registry.register(SUBJECT, SCHEMA)).isEqualTo(7);
    }

    @Test
    void aHangingRegistryBlocksAReaderForSecondsOnly() {
        server.enqueue(new MockResponse.Builder()
                .onRequestStart(SocketEffect.Stall.INSTANCE)
                .build());
        server.enqueue(new MockResponse.Builder()
                .onRequestStart(SocketEffect.Stall.INSTANCE)
                .build());
        SchemaRegistry registry = registry();

        long startNanos = System.nanoTime();
        assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(RegistryUnavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(5));

        startNanos = System.nanoTime();
        assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(RegistryUnavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
                .as("then it backs off")
                .isLessThan(Duration.ofMillis(500));
    }

    @Test
    void anEndlessBodyIsNeitherAwaitedNorBuffered() {
        server.enqueue(new MockResponse.Builder()
                .body("{\"schema\":\"" + "x".repeat(5_000_000) + "\"}")
                .build());

        assertThatThrownBy(() -> registry().byId(4))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessageContaining("the schema with id 4 is too long");
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 422})
    void aSchemaThatTheRegistryRejectsIsIncompatible(int status) {
        answer(status, "{\"error_code\":" + status + ",\"message\":\"reader field 'x' is missing\"}");
        answer(status, "{\"error_code\":" + status + ",\"message\":\"reader field 'x' is missing\"}");

        assertThatThrownBy(() -> registry().register(SUBJECT, SCHEMA))
                .isInstanceOf(IncompatibleSchema.class)
                .hasMessageContaining("refuses io.fleetcommand.model.DeviceCommand under fleet.commands-value")
                .hasMessageContaining("reader field 'x' is missing")
                .hasMessageContaining("GET /subjects/fleet.commands-value/versions/latest");
    }

    @Test
    void concurrentRegistrationsOfOneSchemaGetTheSameId() {
        answer(409, "{\"error_code\":409,\"message\":\"An artifact with ID 'fleet.commands-value' already exists.\"}");
        answer(200, "{\"id\":7}");

        assertThat(registry().register(SUBJECT, SCHEMA)).isEqualTo(7);
    }

    @Test
    void aLookupOfAnUnregisteredSchemaSaysWhatToDo() {
        answer(404, "{\"error_code\":40401,\"message\":\"Subject not found\"}");

        assertThatThrownBy(() -> registry().lookUp(SUBJECT, SCHEMA))
                .isInstanceOf(UnknownSchema.class)
                .hasMessageContaining("auto.register.schemas=true");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 429, 408})
    void aTemporaryFailureIsRetried(int status) {
        answer(status, "busy");
        answer(200, "{\"id\":7}");

        assertThat(registry().register(SUBJECT, SCHEMA)).isEqualTo(7);
    }

    @Test
    void theNextAddressIsTriedIfOneIsUnavailable() {
        server.close();
        second.enqueue(new MockResponse.Builder().body("{\"id\":7}").build());

        assertThat(registry(Map.of("schema.registry.url", server.url("/") + "," + second.url("/")))
                        .register(SUBJECT, SCHEMA))
                .isEqualTo(7);
    }

    @Test
    void anUnavailableRegistryIsReportedAfterTwoRounds() {
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
    void rejectedCredentialsAreReportedWithTheirSettingsAndNotRetried(int status) {
        answer(status, "");

        assertThatThrownBy(() -> registry().byId(1))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageContaining("basic.auth.user.info or bearer.auth.token");
    }

    static Stream<Arguments> schemasThatNoRecordIsReadBy() {
        String open = "{\\\"type\\\":\\\"array\\\",\\\"items\\\":";
        return Stream.of(
                arguments("{\"schema\":\"syntax = 3;\",\"schemaType\":\"PROTOBUF\"}", "its type is PROTOBUF"),
                arguments("{\"schema\":\"{}\",\"schemaType\":\"JSON\"}", "its type is JSON"),
                arguments("{\"schema\":\"{}\",\"schemaType\":\"\\u001b[2J\"}", "its type is \\u001b[2J"),
                arguments("{\"schema\":\"\"}", "is not an Avro schema"),
                arguments("{\"schema\":\"{\"}", "is not an Avro schema"),
                arguments("{\"schema\":\"null\"}", "is not an Avro schema"),
                arguments("{\"schema\":\"elsewhere.Order\"}", "is not an Avro schema"),
                arguments("{\"schema\":\"{\\\"type\\\":\\\"record\\\"}\"}", "is not an Avro schema"),
                arguments("{\"schema\":\"" + open.repeat(300) + "\"}", "is not an Avro schema"),
                arguments("{\"schema\":\"" + open.repeat(50_000) + "\"}", "is too long"),
                arguments(
                        "{\"schema\":\"" + " ".repeat(200_001) + "\"}",
                        "is too long: 200001 characters, with what it refers to"));
    }

    @ParameterizedTest
    @MethodSource("schemasThatNoRecordIsReadBy")
    void anUnusableSchemaIsNotAnOutage(String answer, String why) {
        answer(200, answer);

        assertThatThrownBy(() -> registry().byId(4))
                .isInstanceOf(UnreadableRecord.class)
                .hasNoCause()
                .hasMessageStartingWith("the schema with id 4 ")
                .hasMessageContaining(why);
    }

    @Test
    void userAndPasswordAreSentAsBasicAuthentication() throws InterruptedException {
        answer(200, "{\"id\":1}");

        registry(Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "ann:s:ecret"))
                .register(SUBJECT, SCHEMA);

        assertThat(authorization()).isEqualTo(basic("ann:s:ecret"));
    }

    @Test
    void userAndPasswordInTheUrlAreUsedAndNotShown() throws InterruptedException {
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
    void aTlsRegistryIsTrustedOnlyWithTheConfiguredCertificate() throws IOException {
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

    @Test
    void aFloodOfRandomIdsCostsOneCallEachAndNoneWhenRepeated() {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return response(404, UNKNOWN_ID);
            }
        });
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", url(server)), false);
        int ids = 100;

        for (int i = 0; i < 3 * ids; i++) {
            byte[] value = ByteBuffer.allocate(6).putInt(1, 1_000 + i % ids).array();
            assertThatThrownBy(() -> deserializer.deserialize("fleet.commands", value))
                    .isInstanceOf(UnknownSchema.class);
        }

        assertThat(server.getRequestCount()).isEqualTo(ids);
    }

    @Test
    void aNegativeIdIsNotRequested() {
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", url(server)), false);

        assertThatThrownBy(() -> deserializer.deserialize("fleet.commands", new byte[] {0, -1, 0, 0, 1, 0}))
                .isInstanceOf(UnreadableRecord.class);
        assertThat(server.getRequestCount()).isZero();
    }

    private void answer(int status, String body) {
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());
    }

    private static MockResponse response(int status, String body) {
        return new MockResponse.Builder().code(status).body(body).build();
    }

    private SchemaRegistry both() {
        return registry(Map.of("schema.registry.url", url(server) + "," + url(second)));
    }

    /** A registry client with a manual clock. */
    private static HttpRegistry timed(AtomicLong nowNanos, String... urls) {
        RegistryConnection connection = new RegistryConnection(
                new OkHttpClient(), List.of(urls), Optional.empty(), nowNanos::get, () -> 1);
        return new HttpRegistry(connection, nowNanos::get);
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
