package io.fleetcommand.registry;

import static io.fleetcommand.registry.RegistryBench.SCHEMA;
import static io.fleetcommand.registry.RegistryBench.SUBJECT;
import static io.fleetcommand.registry.RegistryBench.UNKNOWN_ID;
import static io.fleetcommand.registry.RegistryBench.response;
import static io.fleetcommand.registry.RegistryBench.url;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemas are registered, looked up and fetched by Confluent's API. */
class HttpRegistryTest {
    private final RegistryBench bench = new RegistryBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aSchemaIsRegisteredUnderItsSubjectWithConfluentsApi() throws InterruptedException {
        bench.answer(200, "{\"id\":7}");

        assertThat(bench.registry().register(SUBJECT, SCHEMA)).isEqualTo(7);

        RecordedRequest request = bench.server.takeRequest();
        assertThat(request.getMethod()).isEqualTo("POST");
        assertThat(request.getUrl().encodedPath()).isEqualTo("/subjects/fleet.commands-value/versions");
        assertThat(request.getHeaders().get("Content-Type")).startsWith("application/vnd.schemaregistry.v1+json");
        assertThat(request.getHeaders().get("Accept")).startsWith("application/vnd.schemaregistry.v1+json");
        assertThat(request.getBody().utf8()).startsWith("{\"schema\":\"{\\\"type\\\":\\\"record\\\"");
    }

    @Test
    void aSchemaIsLookedUpWithoutRegisteringIt() throws InterruptedException {
        bench.answer(200, "{\"subject\":\"fleet.commands-value\",\"version\":1,\"id\":8,\"schema\":\"\"}");

        assertThat(bench.registry().lookUp(SUBJECT, SCHEMA)).isEqualTo(8);
        assertThat(bench.server.takeRequest().getUrl().encodedPath()).isEqualTo("/subjects/fleet.commands-value");
    }

    @Test
    void aSchemaIsFetchedByItsId() throws InterruptedException {
        bench.answer(200, "{\"schema\":\"\\\"string\\\"\"}");

        assertThat(bench.registry().byId(9)).isEqualTo(Schema.create(Schema.Type.STRING));
        assertThat(bench.server.takeRequest().getUrl().encodedPath()).isEqualTo("/schemas/ids/9");
    }

    @Test
    void idsAndSchemasAreCached() {
        bench.answer(200, "{\"id\":7}");
        SchemaRegistry registry = bench.registry();

        for (int i = 0; i < 3; i++) {
            registry.register(SUBJECT, SCHEMA);
        }

        assertThat(bench.server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void anIdThatTheRegistryDoesNotKnowIsAnUnknownSchema() {
        bench.answer(404, UNKNOWN_ID);

        assertThatThrownBy(() -> bench.registry().byId(3))
                .isInstanceOf(UnknownSchema.class)
                .hasMessageContaining("no schema with id 3")
                .hasMessageContaining("error 40403: Schema not found")
                .extracting("errorCode")
                .isEqualTo(40403);
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 422})
    void aSchemaThatTheRegistryRejectsIsIncompatible(int status) {
        bench.answer(status, "{\"error_code\":" + status + ",\"message\":\"reader field 'x' is missing\"}");
        bench.answer(status, "{\"error_code\":" + status + ",\"message\":\"reader field 'x' is missing\"}");

        assertThatThrownBy(() -> bench.registry().register(SUBJECT, SCHEMA))
                .isInstanceOf(IncompatibleSchema.class)
                .hasMessageContaining("refuses io.fleetcommand.model.DeviceCommand under fleet.commands-value")
                .hasMessageContaining("reader field 'x' is missing")
                .hasMessageContaining("GET /subjects/fleet.commands-value/versions/latest");
    }

    @Test
    void concurrentRegistrationsOfOneSchemaGetTheSameId() {
        bench.answer(
                409, "{\"error_code\":409,\"message\":\"An artifact with ID 'fleet.commands-value' already exists.\"}");
        bench.answer(200, "{\"id\":7}");

        assertThat(bench.registry().register(SUBJECT, SCHEMA)).isEqualTo(7);
    }

    @Test
    void aLookupOfAnUnregisteredSchemaSaysWhatToDo() {
        bench.answer(404, "{\"error_code\":40401,\"message\":\"Subject not found\"}");

        assertThatThrownBy(() -> bench.registry().lookUp(SUBJECT, SCHEMA))
                .isInstanceOf(UnknownSchema.class)
                .hasMessageContaining("auto.register.schemas=true");
    }

    static Stream<Arguments> schemasThatNoRecordIsReadBy() {
        String open = "{\\\"type\\\":\\\"array\\\",\\\"items\\\":";
        return Stream.of(
                arguments("{\"schema\":\"syntax = 3;\",\"schemaType\":\"PROTOBUF\"}", "its type is PROTOBUF"),
                arguments("{\"schema\":\"{}\",\"schemaType\":\"JSON\"}", "its type is JSON"),
                arguments("{\"schema\":\"{}\",\"schemaType\":\"\\u001b[2J\"}", "its type is \\u001B[2J"),
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
        bench.answer(200, answer);

        assertThatThrownBy(() -> bench.registry().byId(4))
                .isInstanceOf(UnreadableRecord.class)
                .hasNoCause()
                .hasMessageStartingWith("the schema with id 4 ")
                .hasMessageContaining(why);
    }

    @Test
    void aFloodOfRandomIdsCostsOneCallEachAndNoneWhenRepeated() {
        bench.server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return response(404, UNKNOWN_ID);
            }
        });
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", url(bench.server)), false);
        int ids = 100;

        for (int i = 0; i < 3 * ids; i++) {
            byte[] value = ByteBuffer.allocate(6).putInt(1, 1_000 + i % ids).array();
            assertThatThrownBy(() -> deserializer.deserialize("fleet.commands", value))
                    .isInstanceOf(UnknownSchema.class);
        }

        assertThat(bench.server.getRequestCount()).isEqualTo(ids);
    }

    @Test
    void aNegativeIdIsNotRequested() {
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", url(bench.server)), false);

        assertThatThrownBy(() -> deserializer.deserialize("fleet.commands", new byte[] {0, -1, 0, 0, 1, 0}))
                .isInstanceOf(UnreadableRecord.class);
        assertThat(bench.server.getRequestCount()).isZero();
    }
}
