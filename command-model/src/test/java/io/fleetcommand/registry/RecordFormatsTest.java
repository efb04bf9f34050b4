package io.fleetcommand.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class RecordFormatsTest {
    private static final int FLOOD = 20_000;

    private final Map<Integer, Schema> registered = new ConcurrentHashMap<>();
    private final AtomicInteger lookUps = new AtomicInteger();
    private final AtomicLong nowNanos = new AtomicLong();
    private final RecordFormats formats = over(id -> {
        Schema schema = registered.get(id);
        if (schema == null) {
            throw new UnknownSchema("no schema " + id, 40403);
        }
        return schema;
    });

    @Test
    void aFloodOfUnknownIdsIsLookedUpOnceEachAndEvictsNoFormat() {
        registered.put(1, Samples.command().getSchema());
        RecordFormat known = formats.byId(1);

        for (int round = 0; round < 3; round++) {
            for (int id = 2; id < FLOOD + 2; id++) {
                assertRejected(id, UnknownSchema.class);
            }
        }

        assertThat(lookUps).hasValue(1 + FLOOD);
        assertThat(formats.byId(1)).isSameAs(known);
        assertThat(lookUps).hasValue(1 + FLOOD);
    }

    @Test
    void aFloodOfForeignSchemasIsLookedUpOnceEachAndEvictsNoFormat() {
        registered.put(1, Samples.command().getSchema());
        RecordFormat known = formats.byId(1);
        for (int id = 2; id < FLOOD + 2; id++) {
            registered.put(id, Schema.createRecord("Order" + id, "", "elsewhere", false, List.of()));
        }

        for (int round = 0; round < 3; round++) {
            for (int id = 2; id < FLOOD + 2; id++) {
                assertRejected(id, UnreadableRecord.class);
            }
        }

        assertThat(formats.byId(1)).isSameAs(known);
        assertThat(lookUps).hasValue(1 + FLOOD);
    }

    @Test
    void theExceptionSaysWhetherTheSchemaOrTheBytesAreAtFault() {
        registered.put(1, Samples.command().getSchema());
        registered.put(2, Schema.createRecord("Order", "", "elsewhere", false, List.of()));

        assertThatThrownBy(() -> formats.byId(1).read(new byte[5], 5))
                .isInstanceOfSatisfying(
                        UnreadableRecord.class,
                        bytes -> assertThat(bytes.failure()).isEqualTo(ReadFailure.BYTES));
        assertThatThrownBy(() -> formats.byId(2))
                .isInstanceOfSatisfying(
                        UnreadableRecord.class,
                        unfit -> assertThat(unfit.failure()).isEqualTo(ReadFailure.UNFIT_SCHEMA));
    }

    @Test
    void anUnknownIdMayBecomeKnownAfterAMinute() {
        assertRejected(3, UnknownSchema.class);
        registered.put(3, Samples.command().getSchema());
        nowNanos.addAndGet(TimeUnit.SECONDS.toNanos(60) - 1);
        assertRejected(3, UnknownSchema.class);
        nowNanos.incrementAndGet();

        assertThat(formats.byId(3)).isNotNull();
        assertThat(lookUps).hasValue(2);
    }

    @Test
    void anOutageIsNotCached() {
        AtomicInteger calls = new AtomicInteger();
        RecordFormats away = over(id -> {
            calls.incrementAndGet();
            throw new RegistryUnavailable("away", new IOException());
        });

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> away.byId(1)).isInstanceOf(RegistryUnavailable.class);
        }
        assertThat(calls).hasValue(3);
    }

    @Test
    void concurrentLookupsOfOneIdAreMerged() throws Exception {
        int readers = 4;
        CountDownLatch answer = new CountDownLatch(1);
        RecordFormats slow = over(id -> {
            await(answer);
            return Samples.command().getSchema();
        });
        ExecutorService threads = Executors.newFixedThreadPool(readers);
        try {
            CountDownLatch asking = new CountDownLatch(readers);
            Callable<RecordFormat> ask = () -> {
                asking.countDown();
                return slow.byId(7);
            };
            List<Future<RecordFormat>> answers = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                answers.add(threads.submit(ask));
            }
            await(asking);
            answer.countDown();
            RecordFormat first = answers.get(0).get(10, TimeUnit.SECONDS);
            for (Future<RecordFormat> other : answers) {
                assertThat(other.get(10, TimeUnit.SECONDS)).isSameAs(first);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(lookUps).hasValue(1);
    }

    @Test
    void anUnexpectedFailureReachesTheCallerAndIsNotCached() {
        RecordFormats broken = over(id -> {
            throw new IllegalStateException("broken");
        });

        assertThatThrownBy(() -> broken.byId(1)).hasRootCauseMessage("broken");
        assertThatThrownBy(() -> broken.byId(1)).hasRootCauseMessage("broken");
        assertThat(lookUps).hasValue(2);
    }

    private RecordFormats over(IntFunction<Schema> registry) {
        return new RecordFormats(
                id -> {
                    lookUps.incrementAndGet();
                    return registry.apply(id);
                },
                nowNanos::get);
    }

    /** Without the cost of an assertion with description, as it is called often. */
    private void assertRejected(int id, Class<? extends SerializationException> how) {
        try {
            formats.byId(id);
        } catch (SerializationException refused) {
            if (how.isInstance(refused)) {
                return;
            }
            throw refused;
        }
        throw new AssertionError(id + " is known");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
