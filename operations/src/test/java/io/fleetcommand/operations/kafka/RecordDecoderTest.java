package io.fleetcommand.operations.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import io.fleetcommand.registry.RegistryUnavailable;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordDecoderTest {
    private static final Map<String, Object> REGISTRY = Map.of("schema.registry.url", "mock://record-decoder-test");
    private static final String TOPIC = "fleet.failed-requests";

    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroDeserializer deserializer = new AvroDeserializer();

    RecordDecoderTest() {
        serializer.configure(REGISTRY, false);
        deserializer.configure(REGISTRY, false);
    }

    @Test
    void whatIsNoSuchRecordIsPassedOverAndCounted() {
        RecordDecoder decoder = new RecordDecoder(deserializer);
        byte[] good = serializer.serialize(TOPIC, failed());

        assertThat(decoder.decode(record(good), FailedRequest.class)).isPresent();
        assertThat(decoder.unreadable()).isZero();
        assertThat(decoder.decode(record(null), FailedRequest.class)).isEmpty();
        assertThat(decoder.decode(record(new byte[0]), FailedRequest.class)).isEmpty();
        assertThat(decoder.decode(record(new byte[] {0, 0, 0, 0}), FailedRequest.class))
                .isEmpty();
        assertThat(decoder.decode(record(new byte[] {0, 0x7f, 0, 0, 0, 1}), FailedRequest.class))
                .as("an id that the registry does not know")
                .isEmpty();
        assertThat(decoder.decode(record(new byte[] {0, 0, 0, 0, 1, 2}), FailedRequest.class))
                .isEmpty();
        assertThat(decoder.decode(record(serializer.serialize("fleet.commands", command())), FailedRequest.class))
                .as("another topic's record")
                .isEmpty();
        assertThat(decoder.unreadable()).isEqualTo(6);
        assertThat(decoder.decode(record(serializer.serialize("fleet.commands", command())), DeviceCommand.class))
                .isPresent();
    }

    @Test
    void whateverThereIsBehindAGoodIdGivesARecordOrNone() {
        RecordDecoder decoder = new RecordDecoder(deserializer);
        byte[] good = serializer.serialize(TOPIC, failed());
        for (int seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = good.clone();
            // The places of lengths are left to the deserializer's own tests: one that is huge takes memory.
            int at = 5 + random.nextInt(bytes.length - 5);
            bytes[at] = (byte) (bytes[at] ^ (1 << random.nextInt(4)));
            decoder.decode(record(bytes), FailedRequest.class);
        }
        assertThat(decoder.unreadable()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, NegativeArraySizeException.class, NullPointerException.class})
    void noExceptionOfADeserializerEndsTheReader(Class<? extends RuntimeException> kind) {
        RecordDecoder decoder = new RecordDecoder((topic, bytes) -> {
            throw instance(kind);
        });

        assertThat(decoder.decode(record(new byte[1]), FailedRequest.class)).isEmpty();
        assertThat(decoder.unreadable()).isEqualTo(1);
    }

    @Test
    void aRegistryThatIsAwayIsNoFaultOfTheRecord() {
        AvroDeserializer nobody = new AvroDeserializer();
        nobody.configure(Map.of("schema.registry.url", "http://127.0.0.1:1"), false);
        RecordDecoder decoder = new RecordDecoder(nobody);

        assertThatThrownBy(() -> decoder.decode(record(new byte[] {0, 0, 0, 0, 1, 2}), FailedRequest.class))
                .isInstanceOf(RegistryUnavailable.class);
        assertThat(decoder.unreadable()).isZero();
    }

    private static RuntimeException instance(Class<? extends RuntimeException> kind) {
        try {
            return kind.getConstructor().newInstance();
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static ConsumerRecord<String, byte[]> record(byte[] value) {
        return new ConsumerRecord<>(TOPIC, 0, 0, "key", value);
    }

    private static DeviceCommand command() {
        return DeviceCommand.newBuilder()
                .setRequestId("door-7")
                .setDeviceId("e00fce680000000000000001")
                .setFunction("unlock")
                .setCreatedAt(Instant.EPOCH)
                .build();
    }

    private static FailedRequest failed() {
        return FailedRequest.newBuilder()
                .setRequestId("door-7")
                .setDeviceId("e00fce680000000000000001")
                .setStatus(Status.EXPIRED)
                .setReason(Reason.DEADLINE_PASSED)
                .setDetail("the deadline passed")
                .setRequest(command())
                .setSourceTopic("fleet.commands")
                .setSourcePartition(3)
                .setFailedAt(Instant.EPOCH)
                .build();
    }
}
