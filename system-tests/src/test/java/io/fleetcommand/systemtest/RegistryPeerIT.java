package io.fleetcommand.systemtest;

import static io.fleetcommand.registry.SchemaPublication.Compatibility.FULL_TRANSITIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import io.fleetcommand.registry.IncompatibleSchema;
import io.fleetcommand.registry.SchemaPublication;
import io.fleetcommand.registry.SchemaPublication.Change;
import io.fleetcommand.registry.SchemaPublication.Guard;
import io.fleetcommand.registry.SchemaPublication.Overtaken;
import io.fleetcommand.registry.SchemaPublication.Register;
import io.fleetcommand.registry.UnknownSchema;
import io.fleetcommand.stack.junit.FleetStack;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our serializers and Confluent's own client, at one real registry. */
@FleetStack(
        devices = 40,
        simulator = {"--latency", "20ms"})
class RegistryPeerIT {
    private static final Cancellation RECORD = Cancellation.newBuilder()
            .setRequestId("c-1")
            .setDeviceId("0123456789abcdef01234567")
            .setRequester("ops")
            .setCreatedAt(Instant.parse("2026-01-01T10:00:00Z"))
            .build();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    private static StackAddresses addresses;
    private static SchemaRegistryClient peer;

    @BeforeAll
    static void start(StackAddresses running) {
        addresses = running;
        peer = new CachedSchemaRegistryClient(addresses.registry(), 100);
    }

    @Test
    void confluentsClientFindsTheSchemaOfWhatWeWrite() throws Exception {
        byte[] bytes = serializer(true).serialize("ours", RECORD);
        int id = ByteBuffer.wrap(bytes).getInt(1);

        Schema written = new Schema.Parser().parse(peer.getSchemaById(id).canonicalString());
        GenericRecord read = new GenericDatumReader<GenericRecord>(written)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));

        assertThat(read.get("request_id")).hasToString("c-1");
        assertThat(peer.getId("ours-value", new AvroSchema(RECORD.getSchema().toString())))
                .isEqualTo(id);
    }

    @Test
    void weReadWhatIsWrittenUnderASchemaThatConfluentsClientRegistered() throws Exception {
        Schema schema = RECORD.getSchema();
        int id = peer.register("theirs-value", new AvroSchema(schema.toString()));
        GenericData.Record rec = generic(schema);

        assertThat(deserializer().deserialize("theirs", wire(id, schema, rec))).isEqualTo(RECORD);
        assertThat(serializer(false).serialize("theirs", RECORD)).isEqualTo(wire(id, schema, rec));
    }

    @Test
    void aSchemaWithReferencesThatConfluentsClientReadsIsReadHereToo() throws Exception {
        String line = "{\"type\":\"record\",\"name\":\"a.Line\",\"fields\":[{\"name\":\"text\",\"type\":\"string\"}]}";
        String note = "{\"type\":\"record\",\"name\":\"a.Note\",\"fields\":[{\"name\":\"line\",\"type\":\"a.Line\"}]}";
        String own = RECORD.getSchema().toString();
        String text = own.substring(0, own.lastIndexOf(']')) + ",{\"name\":\"note\",\"type\":\"a.Note\"}"
                + own.substring(own.lastIndexOf(']'));
        register("a-line", line, "");
        register("a-note", note, "a.Line a-line");
        int id = register("referring-value", text, "a.Note a-note");

        AvroSchema read = (AvroSchema) new CachedSchemaRegistryClient(addresses.registry(), 10).getSchemaById(id);
        Schema.Parser parser = new Schema.Parser();
        parser.parse(line);
        parser.parse(note);
        Schema written = parser.parse(read.canonicalString());
        GenericData.Record rec = generic(written);
        rec.put(
                "note",
                new GenericRecordBuilder(written.getField("note").schema())
                        .set(
                                "line",
                                new GenericRecordBuilder(parser.getTypes().get("a.Line"))
                                        .set("text", "x")
                                        .build())
                        .build());

        assertThat(deserializer().deserialize("referring", wire(id, written, rec)))
                .isEqualTo(RECORD);
    }

    @Test
    void anOldSchemaThatConfluentsClientRegistersLaterIsToldAsTheLatest() throws Exception {
        SchemaPublication publication = publication();
        Map<String, Schema> topic = Map.of("overtaken", DeviceCommand.getClassSchema());
        publication.apply(publication.missing(topic));
        assertThat(publication.overtaken(topic)).isEmpty();
        String own = DeviceCommand.getClassSchema().toString();
        int deadline = own.indexOf(",{\"name\":\"deadline\"");
        String old = own.substring(0, deadline) + own.substring(own.indexOf(",{\"name\":\"not_before\"", deadline));

        peer.register("overtaken-value", new AvroSchema(old));

        assertThat(publication.overtaken(topic))
                .containsExactly(new Overtaken("overtaken-value", 2, 1, List.of("deadline")));
        assertThat(publication.missing(topic)).isEmpty();
    }

    @Test
    void anIncompatibleSchemaIsRefusedByTheRegistryInWords() throws Exception {
        Schema other = SchemaBuilder.record(RECORD.getSchema().getFullName())
                .fields()
                .requiredInt("request_id")
                .endRecord();
        peer.register("guarded-value", new AvroSchema(other.toString()));
        peer.updateCompatibility("guarded-value", "BACKWARD");

        assertThatThrownBy(() -> serializer(true).serialize("guarded", RECORD))
                .isInstanceOf(IncompatibleSchema.class)
                .hasMessageContaining("refuses io.fleetcommand.model.Cancellation under guarded-value");
    }

    @Test
    void everySubjectOfTheStackIsGuardedAndNothingIsLeftToDo() throws Exception {
        Set<String> requests = Set.of(
                TOPICS.commands(),
                TOPICS.polls(),
                TOPICS.cancellations(),
                TOPICS.campaigns(),
                TOPICS.campaignControls(),
                TOPICS.campaignCommands(),
                TOPICS.campaignPolls());
        for (String topic : TOPICS.schemas().keySet()) {
            assertThat(peer.getCompatibility(topic + "-value"))
                    .as(topic)
                    .isEqualTo(requests.contains(topic) ? "FULL_TRANSITIVE" : "BACKWARD");
        }
        assertThat(publication().missing(TOPICS.schemas())).isEmpty();
    }

    @Test
    void aBreakingChangeOfAnySchemaIsRefusedAndACompatibleOneTaken() throws Exception {
        for (Map.Entry<String, Schema> topic : TOPICS.schemas().entrySet()) {
            String subject = topic.getKey() + "-value";
            Schema breaking = with(topic.getValue(), Schema.create(Schema.Type.STRING), null);
            assertThatThrownBy(() -> publication().apply(List.of(new Register(subject, breaking))))
                    .as(subject)
                    .isInstanceOf(IncompatibleSchema.class);
        }
        Schema compatible =
                with(TOPICS.schemas().get(TOPICS.cancellations()), Schema.create(Schema.Type.STRING), "none");
        publication().apply(List.of(new Register(TOPICS.cancellations() + "-value", compatible)));
        assertThat(peer.getAllVersions(TOPICS.cancellations() + "-value")).hasSize(2);
    }

    @Test
    void aSubjectThatExistsIsGuardedBeforeItIsGivenASchema() throws Exception {
        Schema other = SchemaBuilder.record(RECORD.getSchema().getFullName())
                .fields()
                .requiredInt("request_id")
                .endRecord();
        peer.register("old-value", new AvroSchema(other.toString()));

        List<Change> missing = publication().missing(Map.of("old", RECORD.getSchema()));

        // This registry tells its own default for a subject that exists and has no rule of its own.
        assertThat(missing)
                .containsExactly(
                        new Guard("old-value", "NONE", FULL_TRANSITIVE), new Register("old-value", RECORD.getSchema()));
        assertThatThrownBy(() -> publication().apply(missing)).isInstanceOf(IncompatibleSchema.class);
        assertThat(peer.getAllVersions("old-value")).hasSize(1);
    }

    private static SchemaPublication publication() {
        return new SchemaPublication(Map.of("schema.registry.url", addresses.registry()));
    }

    /** The record with one more field; with no default, what is written today cannot be read as it. */
    private static Schema with(Schema old, Schema type, Object standard) {
        List<Schema.Field> fields = new ArrayList<>();
        old.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        fields.add(new Schema.Field("added", type, "added", standard));
        return Schema.createRecord(old.getName(), old.getDoc(), old.getNamespace(), false, fields);
    }

    @Test
    void withoutAutoRegistrationAnUnknownSubjectIsRefusedInWords() {
        assertThatThrownBy(() -> serializer(false).serialize("nobodys", RECORD))
                .isInstanceOf(UnknownSchema.class)
                .hasMessageContaining("Register it, or set auto.register.schemas=true");
    }

    @Test
    void anIdThatTheRegistryNeverGaveIsUnknownAndNotAnOutage() {
        AvroDeserializer deserializer = deserializer();

        assertThatThrownBy(() -> deserializer.deserialize("theirs", new byte[] {0, 0, 1, 2, 3, 0}))
                .isInstanceOf(UnknownSchema.class)
                .extracting("errorCode")
                .isEqualTo(40403);
    }

    /** Over the protocol itself; a reference is a name and its subject. */
    private static int register(String subject, String schema, String reference) throws Exception {
        ObjectNode body = JSON.createObjectNode().put("schema", schema);
        if (!reference.isEmpty()) {
            String[] parts = reference.split(" ");
            body.putArray("references")
                    .addObject()
                    .put("name", parts[0])
                    .put("subject", parts[1])
                    .put("version", 1);
        }
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(addresses.registry() + "/subjects/" + subject + "/versions"))
                                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return JSON.readTree(answer.body()).path("id").asInt();
    }

    private static AvroDeserializer deserializer() {
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", addresses.registry()), false);
        return deserializer;
    }

    private static GenericData.Record generic(Schema schema) {
        GenericData.Record rec = new GenericData.Record(schema);
        rec.put("request_id", "c-1");
        rec.put("device_id", "0123456789abcdef01234567");
        rec.put("requester", "ops");
        rec.put("created_at", RECORD.getCreatedAt().toEpochMilli());
        return rec;
    }

    private static AvroSerializer serializer(boolean autoRegister) {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(
                Map.of("schema.registry.url", addresses.registry(), "auto.register.schemas", autoRegister), false);
        return serializer;
    }

    private static byte[] wire(int id, Schema schema, GenericRecord rec) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0);
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(schema).write(rec, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
