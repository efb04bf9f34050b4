package io.fleetcommand.processor.streams.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.UnknownSchema;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class SchemaLookupsTest {
    private final List<Integer> asked = new ArrayList<>();
    private final Map<Integer, RuntimeException> failures = new HashMap<>();
    private final Deque<Runnable> background = new ArrayDeque<>();
    private long nowMs = 1_000;
    private final SchemaLookups schemas = new SchemaLookups(
            (topic, value) -> {
                int id = ByteBuffer.wrap(value).getInt(1);
                asked.add(id);
                if (failures.containsKey(id)) {
                    throw failures.get(id);
                }
                return "record of " + id;
            },
            background::add,
            () -> Instant.ofEpochMilli(nowMs),
            () -> 0);

    @Test
    void aSchemaIsFetchedInTheBackgroundAndKnownFromThenOn() {
        assertThat(read(7)).isEqualTo(new Decoded.Pending<>(7));
        assertThat(asked).isEmpty();

        work();
        assertThat(read(7)).isEqualTo(new Decoded.Good<>("record of 7"));
        assertThat(schemas.isPending("t", 7)).isFalse();
        assertThat(background).isEmpty();
    }

    @Test
    void aSchemaIsAskedForOnceHoweverManyRecordsWait() {
        for (int times = 0; times < 1_000; times++) {
            read(7);
        }
        assertThat(background).hasSize(1);
    }

    @Test
    void bytesThatAreNotInTheWireFormatAreRefusedAtOnce() {
        for (byte[] value : new byte[][] {{}, {0}, {0, 0, 0, 1}, {1, 0, 0, 0, 1, 5}}) {
            assertThat(schemas.read("t", new RecordHeaders(), value))
                    .isInstanceOfSatisfying(
                            Decoded.Bad.class, bad -> assertThat(bad.reason()).isEqualTo(Reason.UNREADABLE));
        }
        assertThat(background).isEmpty();
    }

    @Test
    void aValueOfApicuriosSerdeIsRefusedWithTheSettingsToUseAndNotAskedFor() {
        byte[] eightByteId = ByteBuffer.allocate(12).putLong(1, 7).array();

        assertThat(schemas.read("t", new RecordHeaders(), eightByteId))
                .isInstanceOfSatisfying(Decoded.Bad.class, bad -> {
                    assertThat(bad.reason()).isEqualTo(Reason.UNREADABLE);
                    assertThat(bad.detail()).contains("apicurio.registry.headers.enabled=false");
                });
        assertThat(schemas.read("t", new RecordHeaders().add("__value_schema_id", new byte[17]), new byte[] {6, 'a'}))
                .isInstanceOfSatisfying(
                        Decoded.Bad.class, bad -> assertThat(bad.detail()).contains("PrefixSchemaIdSerializer"));
        assertThat(background).isEmpty();
    }

    @Test
    void anIdThatTheRegistryDoesNotKnowIsRefusedForAMinute() {
        failures.put(7, unknownSchema());
        read(7);
        work();
        assertThat(read(7)).isInstanceOfSatisfying(Decoded.Bad.class, bad -> {
            assertThat(bad.reason()).isEqualTo(Reason.UNKNOWN_SCHEMA);
            assertThat(bad.detail()).contains("40403");
        });
        assertThat(asked).hasSize(1);

        failures.clear();
        nowMs += 60_000;
        assertThat(read(7)).isEqualTo(new Decoded.Pending<>(7));
        work();
        assertThat(read(7)).isInstanceOf(Decoded.Good.class);
    }

    @Test
    void bytesThatDoNotFitTheirSchemaSayNothingAgainstTheSchema() {
        failures.put(7, new SerializationException("deserializing", new EOFException()));
        read(7);
        work();
        assertThat(read(7))
                .isInstanceOfSatisfying(
                        Decoded.Bad.class, bad -> assertThat(bad.reason()).isEqualTo(Reason.UNREADABLE));
        failures.clear();
        assertThat(read(7)).isInstanceOf(Decoded.Good.class);
    }

    @Test
    void aRegistryThatIsAwayIsAskedAgainWithGrowingPauses() {
        failures.put(7, new SerializationException("retrieving", new IOException("connection refused")));
        long askedAgain = 0;
        for (long end = nowMs + 60_000; nowMs < end; nowMs += 10) {
            assertThat(read(7)).isEqualTo(new Decoded.Pending<>(7));
            askedAgain += background.size();
            work();
        }
        // After 250, 500, ... 5,000, 5,000 ms.
        assertThat(askedAgain).isBetween(14L, 18L);

        failures.clear();
        nowMs += 5_000;
        read(7);
        work();
        assertThat(read(7)).isInstanceOf(Decoded.Good.class);
    }

    @Test
    void aSchemaThatIsLostAgainIsFetchedAnew() {
        read(7);
        work();
        failures.put(7, new SerializationException("retrieving", new IOException("connection refused")));
        assertThat(read(7)).isEqualTo(new Decoded.Pending<>(7));
        failures.clear();
        nowMs += 1_000;
        read(7);
        work();
        assertThat(read(7)).isInstanceOf(Decoded.Good.class);
    }

    @Test
    void aFloodOfUnknownIdsIsBoundedAndDelaysNoOtherTopic() {
        read(1);
        work();
        RuntimeException unknown = unknownSchema();
        for (int id = 1_000; id < 21_000; id++) {
            failures.put(id, unknown);
            schemas.read("flooded", new RecordHeaders(), value(id));
        }
        assertThat(background).hasSizeLessThanOrEqualTo(100);

        schemas.read("quiet", new RecordHeaders(), value(2));
        background.remove().run();
        background.remove().run();
        assertThat(schemas.read("quiet", new RecordHeaders(), value(2))).isInstanceOf(Decoded.Good.class);

        work();
        nowMs += 1_000;
        asked.clear();
        for (int id = 1_000; id < 21_000; id++, nowMs++) {
            schemas.read("flooded", new RecordHeaders(), value(id));
            work();
        }
        assertThat(asked).as("a hundred, and one in 5 ms").hasSizeBetween(4_000, 4_101);
        nowMs += 5;
        schemas.read("flooded", new RecordHeaders(), value(20_999));
        work();
        asked.clear();
        assertThat(read(1)).isInstanceOf(Decoded.Good.class);
        assertThat(schemas.read("flooded", new RecordHeaders(), value(20_999))).isInstanceOf(Decoded.Bad.class);
        assertThat(asked).containsExactly(1);
    }

    private Decoded<Object> read(int id) {
        return schemas.read("t", new RecordHeaders(), value(id));
    }

    private void work() {
        while (!background.isEmpty()) {
            background.remove().run();
        }
    }

    private static byte[] value(int id) {
        return ByteBuffer.allocate(6).put((byte) 0).putInt(id).put((byte) 1).array();
    }

    /** The exception for an id that the registry does not know. */
    private static RuntimeException unknownSchema() {
        try (AvroDeserializer deserializer = new AvroDeserializer()) {
            deserializer.configure(Map.of("schema.registry.url", "mock://empty"), false);
            return catchThrowableOfType(UnknownSchema.class, () -> deserializer.deserialize("t", value(7)));
        }
    }
}
