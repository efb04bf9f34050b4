package io.fleetcommand.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Schemas with references, at a registry with Confluent's REST API. */
class ReferencedSchemasTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ADDRESS = record("a.Address", "\"string\"");

    private final MockWebServer server = new MockWebServer();
    private final Map<String, MockResponse> answers = new HashMap<>();
    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                asked.add(request.getTarget());
                return answers.getOrDefault(
                        request.getTarget(), response(404, "{\"error_code\":40402,\"message\":\"Version not found\"}"));
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void referencesAreParsedBeforeTheirSchemaAndFetchedOnce() {
        hold("/schemas/ids/7", record("a.Order", "\"a.Line\"", "\"a.Address\""), "a.Line", "a.Address");
        hold("/subjects/a.Line/versions/1?deleted=true", record("a.Line", "\"a.Address\""), "a.Address");
        hold("/subjects/a.Address/versions/1?deleted=true", ADDRESS);

        Schema order = registry().byId(7);

        Schema line = order.getField("f0").schema();
        assertThat(line.getFullName()).isEqualTo("a.Line");
        assertThat(line.getField("f0").schema()).isEqualTo(order.getField("f1").schema());
        assertThat(asked)
                .containsExactly(
                        "/schemas/ids/7",
                        "/subjects/a.Line/versions/1?deleted=true",
                        "/subjects/a.Address/versions/1?deleted=true");
    }

    @Test
    void aCommandWithAReferencedPriorityIsReadAndItsSchemaFetchedOnce() {
        String text = Samples.command().getSchema().toString();
        int start = text.indexOf("{\"type\":\"enum\",\"name\":\"Priority\"");
        String priority = text.substring(start, text.indexOf('}', start) + 1);
        hold("/schemas/ids/7", text.replace(priority, "\"io.fleetcommand.model.Priority\""), "priority");
        hold(
                "/subjects/priority/versions/1?deleted=true",
                priority.replace("\"name\"", "\"namespace\":\"io.fleetcommand.model\",\"name\""));
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(settings(), false);
        byte[] value =
                WriterFormsTest.wire(7, Samples.command().getSchema(), WriterFormsTest.generic(Samples.command()));

        for (int i = 0; i < 3; i++) {
            assertThat(deserializer.deserialize("fleet.commands", value)).isEqualTo(Samples.command());
        }
        assertThat(asked).hasSize(2);
    }

    @Test
    void aUnionOfReferencesIsReadAsTheRecordThatTheValueIs() {
        hold("/schemas/ids/7", "[\"a.Address\",\"io.fleetcommand.model.DeviceCommand\"]", "a.Address", "command");
        hold("/subjects/a.Address/versions/1?deleted=true", ADDRESS);
        hold(
                "/subjects/command/versions/1?deleted=true",
                Samples.command().getSchema().toString());
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(settings(), false);
        Schema union = Schema.createUnion(
                new Schema.Parser().parse(ADDRESS), Samples.command().getSchema());

        assertThat(deserializer.deserialize(
                        "fleet.commands", WriterFormsTest.wire(7, union, WriterFormsTest.generic(Samples.command()))))
                .isEqualTo(Samples.command());
        assertThatThrownBy(() -> deserializer.deserialize("fleet.commands", new byte[] {0, 0, 0, 0, 7, 0, 2, 'x'}))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessage(
                        "the value is no record of schema 7: it is a.Address, which no class of this program can hold");
    }

    static Stream<Arguments> referencesThatAreRefused() {
        String ring = record("a.Ring", "\"a.Ring2\"");
        Map<String, String> chain = new HashMap<>();
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            chain.put("/subjects/s" + i + "/versions/1?deleted=true", answer(record("a.S" + i), "s" + (i + 1)));
            many.put("/subjects/s" + i + "/versions/1?deleted=true", answer(record("a.S" + i)));
        }
        String[] sixty =
                Stream.iterate(0, i -> i + 1).limit(60).map(i -> "s" + i).toArray(String[]::new);
        String long150 = record("a.Long", "\"string\"").replace("a.Long", "a." + "x".repeat(150_000));
        return Stream.of(
                arguments(
                        answer(ring, "ring"),
                        Map.of("/subjects/ring/versions/1?deleted=true", answer(ring, "ring")),
                        "refers to itself by way of ring (version 1 of ring)"),
                arguments(answer(record("a.A"), "s0"), chain, "more than 10 deep"),
                arguments(answer(record("a.A"), sixty), many, "refers to more than 50 schemas"),
                arguments(
                        answer(long150, "l"),
                        Map.of("/subjects/l/versions/1?deleted=true", answer(long150)),
                        "is too long: 300"),
                arguments(
                        answer(record("a.A"), "p"),
                        Map.of(
                                "/subjects/p/versions/1?deleted=true",
                                "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax\"}"),
                        "its type is PROTOBUF"),
                arguments(
                        "{\"schema\":\"\\\"string\\\"\",\"references\":[{\"name\":\"x\",\"subject\":\"x\"}]}",
                        Map.of(),
                        "has a reference without a name, a subject or a version"),
                arguments(
                        "{\"schema\":\"\\\"string\\\"\",\"references\":[\"x\"]}",
                        Map.of(),
                        "has a reference without a name, a subject or a version"),
                arguments(answer(record("a.A", "\"a.Nowhere\"")), Map.of(), "is not an Avro schema"));
    }

    @ParameterizedTest
    @MethodSource("referencesThatAreRefused")
    void cyclicOrTooManyReferencesAreRejectedWithAMessage(String schema, Map<String, String> others, String why) {
        answers.put("/schemas/ids/7", response(200, schema));
        others.forEach((path, answer) -> answers.put(path, response(200, answer)));

        assertThatThrownBy(() -> registry().byId(7))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessageStartingWith("the schema with id 7 ")
                .hasMessageContaining(why);
        assertThat(asked).hasSizeLessThanOrEqualTo(ReferencedSchemas.MAX_DOCUMENTS + 1);
    }

    @Test
    void aReferenceThatTheRegistryDoesNotHaveIsAnUnknownSchema() {
        hold("/schemas/ids/7", record("a.Order", "\"a.Address\""), "a/Address \u00fc");

        assertThatThrownBy(() -> registry().byId(7))
                .isInstanceOf(UnknownSchema.class)
                .hasMessageContaining(
                        "does not have a/Address \u00fc (version 1 of a/Address \u00fc), to which the schema with id 7"
                                + " refers (error 40402: Version not found); register it");
        assertThat(asked).last().isEqualTo("/subjects/a%2FAddress%20%C3%BC/versions/1?deleted=true");
    }

    @Test
    void aRegistryThatFailsMidwayIsUnavailableWithinTheTimeoutOfOneLookup() {
        hold("/schemas/ids/7", record("a.A"), "s0", "s1", "s2", "s3", "s4", "s5");
        for (int i = 0; i < 6; i++) {
            answers.put(
                    "/subjects/s" + i + "/versions/1?deleted=true",
                    new MockResponse.Builder()
                            .body(answer(record("a.S" + i)))
                            .headersDelay(1_500, TimeUnit.MILLISECONDS)
                            .build());
        }
        Instant start = Instant.now();

        assertThatThrownBy(() -> registry().byId(7)).isInstanceOf(RegistryUnavailable.class);

        assertThat(Duration.between(start, Instant.now()))
                .isLessThan(RequestTimeouts.FOR_READERS.total().plusSeconds(1));
    }

    private void hold(String path, String schema, String... references) {
        answers.put(path, response(200, answer(schema, references)));
    }

    private static String answer(String schema, String... references) {
        ObjectNode answer = JSON.createObjectNode().put("schema", schema);
        ArrayNode all = answer.putArray("references");
        Arrays.stream(references)
                .forEach(name ->
                        all.addObject().put("name", name).put("subject", name).put("version", 1));
        return answer.toString();
    }

    private static String record(String name, String... types) {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < types.length; i++) {
            fields.append(i == 0 ? "" : ",").append("{\"name\":\"f" + i + "\",\"type\":" + types[i] + "}");
        }
        return "{\"type\":\"record\",\"name\":\"" + name + "\",\"fields\":[" + fields + "]}";
    }

    private static MockResponse response(int status, String body) {
        return new MockResponse.Builder().code(status).body(body).build();
    }

    private SchemaRegistry registry() {
        return Registries.of(RegistrySettings.from(settings()));
    }

    private Map<String, String> settings() {
        return Map.of("schema.registry.url", server.url("/").toString());
    }
}
