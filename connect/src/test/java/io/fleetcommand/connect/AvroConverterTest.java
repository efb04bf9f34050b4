package io.fleetcommand.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.ValueType;
import io.fleetcommand.model.VariableSnapshot;
import io.fleetcommand.registry.AvroSerializer;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

class AvroConverterTest {
    private static final String TOPIC = "fleet.variable-snapshots";
    private static final Instant AT = Instant.parse("2026-01-01T10:00:00.123Z");

    @Test
    void aSnapshotsColumnsHaveTypesThatAnSqlSinkSupports() {
        Schema schema = converter().toConnectData(TOPIC, bytes(snapshot())).schema();

        assertThat(schema.fields())
                .extracting(
                        Field::name,
                        field -> field.schema().type(),
                        field -> field.schema().isOptional())
                .containsExactly(
                        tuple("device_id", Schema.Type.STRING, false),
                        tuple("product", Schema.Type.STRING, false),
                        tuple("variable", Schema.Type.STRING, false),
                        tuple("value_type", Schema.Type.STRING, false),
                        tuple("long_value", Schema.Type.INT64, true),
                        tuple("double_value", Schema.Type.FLOAT64, true),
                        tuple("boolean_value", Schema.Type.BOOLEAN, true),
                        tuple("string_value", Schema.Type.STRING, true),
                        tuple("string_altered", Schema.Type.BOOLEAN, false),
                        tuple("observed_at", Schema.Type.INT64, false),
                        tuple("age_ms", Schema.Type.INT64, false),
                        tuple("request_id", Schema.Type.STRING, false));
        assertThat(schema.field("observed_at").schema().name()).isEqualTo(Timestamp.LOGICAL_NAME);
    }

    @Test
    void aSnapshotsValuesAreKept() {
        SchemaAndValue row = converter().toConnectData(TOPIC, bytes(snapshot()));

        Struct expected = new Struct(row.schema())
                .put("device_id", "0123456789abcdef01234567")
                .put("product", "12345")
                .put("variable", "temperature")
                .put("value_type", "DOUBLE")
                .put("double_value", 21.5)
                .put("string_altered", false)
                .put("observed_at", Date.from(AT))
                .put("age_ms", 7L)
                .put("request_id", "p-1");
        assertThat(row.value()).isEqualTo(expected);
    }

    @Test
    void aTombstoneIsConvertedToNull() {
        assertThat(converter().toConnectData(TOPIC, null)).isEqualTo(SchemaAndValue.NULL);
    }

    @Test
    void aRecordWhoseValueHasSeveralTypesIsRejectedByName() {
        PollResult nested = PollResult.newBuilder()
                .setRequestId("p-1")
                .setDeviceId("d")
                .setProduct("12345")
                .setVariable("temperature")
                .setStatus(Status.SUCCEEDED)
                .setReceivedAt(AT)
                .setFinishedAt(AT)
                .build();

        assertThatThrownBy(() -> converter().toConnectData(TOPIC, bytes(nested)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("PollResult.value cannot be one column");
    }

    @Test
    void bytesThatAreNoRecordAreADataException() {
        assertThatThrownBy(() -> converter().toConnectData(TOPIC, new byte[] {1, 2, 3}))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("a record of fleet.variable-snapshots cannot be read");
    }

    @Test
    void anUnavailableRegistryIsRetriable() {
        AvroConverter converter = new AvroConverter();
        converter.configure(Map.of("schema.registry.url", "http://127.0.0.1:1"), false);

        assertThatThrownBy(() -> converter.toConnectData(TOPIC, bytes(snapshot())))
                .isInstanceOf(RetriableException.class);
    }

    @Test
    void writingIsNotSupported() {
        assertThatThrownBy(() -> converter().fromConnectData(TOPIC, Schema.STRING_SCHEMA, "x"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("only reads");
    }

    private static AvroConverter converter() {
        AvroConverter converter = new AvroConverter();
        converter.configure(Map.of("schema.registry.url", "mock://converter"), false);
        return converter;
    }

    private static byte[] bytes(SpecificRecord rec) {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", "mock://converter"), false);
        return serializer.serialize("converter-" + rec.getSchema().getName(), rec);
    }

    private static VariableSnapshot snapshot() {
        return VariableSnapshot.newBuilder()
                .setDeviceId("0123456789abcdef01234567")
                .setProduct("12345")
                .setVariable("temperature")
                .setValueType(ValueType.DOUBLE)
                .setDoubleValue(21.5)
                .setObservedAt(AT)
                .setAgeMs(7)
                .setRequestId("p-1")
                .build();
    }
}
