package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.cli.stack.Installation;
import io.fleetcommand.cli.stack.LocalStack;
import io.fleetcommand.cli.stack.StackOptions;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.Topics;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import io.fleetcommand.registry.IncompatibleSchema;
import io.fleetcommand.registry.SchemaPublication;
import io.fleetcommand.registry.SchemaPublication.Change;
import io.fleetcommand.registry.SchemaPublication.Guard;
import io.fleetcommand.registry.SchemaPublication.Register;
import io.fleetcommand.registry.UnknownSchema;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our serializers and Confluent's own client, at one real registry. */
class RegistryPeerIT {
    private static final Cancellation RECORD = Cancellation.newBuilder()
            .setRequestId("c-1")
            .setDeviceId("0123456789abcdef01234567")
            .setRequester("ops")
            .setCreatedAt(Instant.parse("2026-01-01T10:00:00Z"))
            .build();

    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    private static LocalStack stack;
    private static SchemaRegistryClient peer;

    @BeforeAll
    static void start() {
        stack = LocalStack.start(Installation.find(), StackOptions.standard().withSimulator("--devices", "1"));
        peer = new CachedSchemaRegistryClient(stack.addresses().registry(), 100);
    }

    @AfterAll
    static void stop() {
        stack.close();
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
        GenericData.Record rec = new GenericData.Record(schema);
        rec.put("request_id", "c-1");
        rec.put("device_id", "0123456789abcdef01234567");
        rec.put("requester", "ops");
        rec.put("created_at", RECORD.getCreatedAt().toEpochMilli());

        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", stack.addresses().registry()), false);

        assertThat(deserializer.deserialize("theirs", wire(id, schema, rec))).isEqualTo(RECORD);
        assertThat(serializer(false).serialize("theirs", RECORD)).isEqualTo(wire(id, schema, rec));
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
        for (String topic : TOPICS.schemas().keySet()) {
            assertThat(peer.getCompatibility(topic + "-value")).as(topic).isEqualTo("BACKWARD");
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
                .containsExactly(new Guard("old-value", "NONE"), new Register("old-value", RECORD.getSchema()));
        assertThatThrownBy(() -> publication().apply(missing)).isInstanceOf(IncompatibleSchema.class);
        assertThat(peer.getAllVersions("old-value")).hasSize(1);
    }

    private static SchemaPublication publication() {
        return new SchemaPublication(
                Map.of("schema.registry.url", stack.addresses().registry()));
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
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", stack.addresses().registry()), false);

        assertThatThrownBy(() -> deserializer.deserialize("theirs", new byte[] {0, 0, 1, 2, 3, 0}))
                .isInstanceOf(UnknownSchema.class)
                .extracting("errorCode")
                .isEqualTo(40403);
    }

    private static AvroSerializer serializer(boolean autoRegister) {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(
                Map.of("schema.registry.url", stack.addresses().registry(), "auto.register.schemas", autoRegister),
                false);
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
