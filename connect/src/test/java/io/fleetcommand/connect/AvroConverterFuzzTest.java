package io.fleetcommand.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.ValueType;
import io.fleetcommand.model.VariableSnapshot;
import io.fleetcommand.registry.AvroSerializer;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mutates the bytes of a record: the outcome must be a row or a {@link DataException}, within bounded memory. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AvroConverterFuzzTest {
    private static final int MUTATIONS = 200_000;
    /** Includes the class loading of the first record; trusting a false length would allocate a gigabyte. */
    private static final long MAX_BYTES = 4 * 1024 * 1024;

    private static final String TOPIC = "fleet.variable-snapshots";
    private static final Map<String, String> SETTINGS = Map.of("schema.registry.url", "mock://fuzz");
    private static final Instant AT = Instant.parse("2026-01-01T10:00:00.123Z");
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroConverter converter = new AvroConverter();

    AvroConverterFuzzTest() {
        serializer.configure(SETTINGS, false);
        converter.configure(SETTINGS, false);
    }

    static Stream<SpecificRecord> flatRecords() {
        return Stream.of(
                VariableSnapshot.newBuilder()
                        .setDeviceId("0123456789abcdef01234567")
                        .setProduct("12345")
                        .setVariable("temperature")
                        .setValueType(ValueType.STRING)
                        .setStringValue("21.5 °C")
                        .setObservedAt(AT)
                        .setAgeMs(7)
                        .setRequestId("p-1")
                        .build(),
                Cancellation.newBuilder()
                        .setRequestId("c-1")
                        .setDeviceId("0123456789abcdef01234567")
                        .setRequester("ops")
                        .setCreatedAt(AT)
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"8080808010", "FEFFFFFF0F", "80A8D6B907", "01", "", "FFFFFFFFFFFFFFFFFFFF01"})
    void aTextWithAFalseLengthIsADataException(String body) {
        byte[] good = serializer.serialize(TOPIC, flatRecords().findFirst().orElseThrow());
        byte[] claim = HexFormat.of().parseHex(body);
        byte[] value = Arrays.copyOf(good, 5 + claim.length);
        System.arraycopy(claim, 0, value, 5, claim.length);

        assertThatThrownBy(() -> converter.toConnectData(TOPIC, value))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("a record of fleet.variable-snapshots cannot be read");
    }

    @ParameterizedTest
    @MethodSource("flatRecords")
    void aMutatedRecordIsARowOrADataException(SpecificRecord rec) {
        byte[] good = serializer.serialize(TOPIC, rec);
        int rows = 0;
        for (int seed = 0; seed < MUTATIONS; seed++) {
            byte[] mutated = mutated(good, new SplittableRandom(seed));
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            try {
                SchemaAndValue row = converter.toConnectData(TOPIC, mutated);
                rows += row.value() == null ? 0 : 1;
            } catch (DataException refused) {
                // Expected.
            } catch (RuntimeException | Error unexpected) {
                fail("seed " + seed, unexpected);
            }
            allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            if (allocated > MAX_BYTES) {
                fail("seed " + seed + " allocates " + allocated + " bytes");
            }
        }
        assertThat(rows).isBetween(1, MUTATIONS - 1);
    }

    /** Overwrites some bytes, and may overwrite five more with a large varint, or truncate the end. */
    private static byte[] mutated(byte[] good, SplittableRandom random) {
        byte[] bytes = good.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes[(random.nextInt(50) == 0 ? 1 : 5) + random.nextInt(bytes.length - 5)] = (byte) random.nextInt(256);
        }
        int kind = random.nextInt(4);
        if (kind == 0) {
            int at = 5 + random.nextInt(bytes.length - 10);
            Arrays.fill(bytes, at, at + 4, (byte) -1);
            bytes[at + 4] = (byte) random.nextInt(128);
        }
        return kind == 1 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }
}
