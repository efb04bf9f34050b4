package io.fleetcommand.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.fleetcommand.model.Cancellation;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Mutates the bytes of a valid record, or its writer's schema: the outcome must be a value or an expected exception,
 * within bounded time and memory. A failure names the mutation, which reproduces it.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecordFuzzTest {
    private static final int MUTATIONS = 200_000;
    private static final int SCHEMA_MUTATIONS = 10_000;
    private static final String TOPIC = "fuzz";
    /** Maximum allocation of a read: a constant, and a multiple of the length. */
    private static final long MAX_BYTES = 256 * 1024;
    /** What each of the first reads may allocate besides: they also load classes. */
    private static final long CLASS_LOADING_BYTES = 4 * 1024 * 1024;
    /** Maximum CPU time of a number of reads, including the class loading of the first ones. */
    private static final int BATCH = 100;

    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final String registry = "mock://" + UUID.randomUUID();
    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    private int readings;
    private long batchNanos;

    private enum Outcome {
        VALUE,
        UNREADABLE,
        UNKNOWN_SCHEMA
    }

    RecordFuzzTest() {
        serializer.configure(Map.of("schema.registry.url", registry), false);
        deserializer.configure(Map.of("schema.registry.url", registry), false);
    }

    static Stream<SpecificRecord> everyRecord() {
        return Samples.all().stream();
    }

    @ParameterizedTest
    @MethodSource("everyRecord")
    void aMutatedRecordIsReadOrRejected(SpecificRecord rec) {
        byte[] good = serializer.serialize(TOPIC, rec);
        for (int seed = 0; seed < MUTATIONS; seed++) {
            read(Mutation.of(good, new SplittableRandom(seed)), rec.getSchema().getName() + ", seed " + seed);
        }
        assertSane();
    }

    @Test
    void aMutatedRecordOfANestedSchemaIsReadOrRejected() {
        byte[] good = nestingAndRepeating();
        for (int seed = 0; seed < MUTATIONS; seed++) {
            read(Mutation.of(good, new SplittableRandom(seed)), "nesting, seed " + seed);
        }
        assertSane();
    }

    @Test
    void aMutatedSchemaIsAcceptedOrRejected() {
        byte[] good = Samples.command().getSchema().toString().getBytes(UTF_8);
        byte[] rec = serializer.serialize(TOPIC, Samples.command());
        for (int seed = 0; seed < SCHEMA_MUTATIONS; seed++) {
            String text = new String(Mutation.of(good, new SplittableRandom(seed)), UTF_8);
            measure(
                    () -> RecordFormat.of(7, SchemaText.parse(7, List.of(new SchemaDocument("AVRO", text, List.of()))))
                            .read(rec, 5),
                    "schema, seed " + seed,
                    16 * MAX_BYTES);
        }
        assertSane();
    }

    private void read(byte[] mutated, String which) {
        measure(() -> deserializer.deserialize(TOPIC, mutated), which, MAX_BYTES + 16L * mutated.length);
    }

    private void measure(Runnable reading, String which, long max) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        try {
            outcomes.merge(outcome(reading), 1, Integer::sum);
        } catch (RuntimeException | Error unexpected) {
            fail(which, unexpected);
        }
        allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        if (allocated > max + (readings < BATCH ? CLASS_LOADING_BYTES : 0)) {
            fail(which + " allocates " + allocated + " bytes");
        }
        if (readings++ % BATCH == 0) {
            long nowNanos = THREADS.getCurrentThreadCpuTime();
            if (batchNanos > 0 && nowNanos - batchNanos > MAX_NANOS) {
                fail("of the " + BATCH + " readings up to " + which + " some take long");
            }
            batchNanos = nowNanos;
        }
    }

    private static Outcome outcome(Runnable reading) {
        try {
            reading.run();
            return Outcome.VALUE;
        } catch (UnreadableRecord refused) {
            assertThat(refused.getMessage().length()).isLessThan(1_000);
            return Outcome.UNREADABLE;
        } catch (UnknownSchema refused) {
            return Outcome.UNKNOWN_SCHEMA;
        }
    }

    private void assertSane() {
        assertThat(outcomes.keySet()).as("%s", outcomes).contains(Outcome.VALUE, Outcome.UNREADABLE);
    }

    /** A cancellation followed by a chain of records, lists of nulls and maps of lists. */
    private byte[] nestingAndRepeating() {
        String json = Cancellation.getClassSchema().toString();
        int end = json.lastIndexOf("]");
        Schema schema = new Schema.Parser()
                .parse(json.substring(0, end)
                        + ",{\"name\":\"chain\",\"type\":{\"type\":\"record\",\"name\":\"Link\",\"fields\":["
                        + "{\"name\":\"next\",\"type\":[\"null\",\"Link\"]}]}}"
                        + ",{\"name\":\"nothings\",\"type\":{\"type\":\"array\",\"items\":\"null\"}}"
                        + ",{\"name\":\"lists\",\"type\":{\"type\":\"map\",\"values\":"
                        + "{\"type\":\"array\",\"items\":\"int\"}}}" + json.substring(end));
        int id = MockRegistries.at(registry).register(TOPIC + "-value", schema);
        SpecificRecord cancellation = Samples.all().stream()
                .filter(Cancellation.class::isInstance)
                .findFirst()
                .orElseThrow();
        byte[] plain = serializer.serialize(TOPIC, cancellation);
        byte[] further = {2, 2, 2, 2, 0, 8, 0, 2, 2, 'k', 3, 4, 2, 4, 0, 0};
        byte[] good = Arrays.copyOf(plain, plain.length + further.length);
        System.arraycopy(further, 0, good, plain.length, further.length);
        ByteBuffer.wrap(good).putInt(1, id);
        assertThat(deserializer.deserialize(TOPIC, good)).isEqualTo(cancellation);
        return good;
    }
}
