package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.streams.codec.RecordPosition;
import io.fleetcommand.registry.ReadFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records whose processing failed unexpectedly. A record that failed three times is set aside when it is read
 * again. Thread-safe: shared by the stream threads and outlives them; guarded by {@code this}.
 */
public final class PoisonRecords {
    private static final Logger LOG = LoggerFactory.getLogger(PoisonRecords.class);
    private static final int MAX_REMEMBERED = 1_000;
    private static final int MAX_FAILURES = 3;
    /**
     * Maximum tick failures of a task within {@code TICKS_REMEMBERED}; beyond it another restart of the thread is not
     * expected to help.
     */
    private static final int MAX_TICKS_FAILED = 5;

    private static final Duration TICKS_REMEMBERED = Duration.ofMinutes(10);

    private final Map<RecordPosition, Integer> failures = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RecordPosition, Integer> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };
    /** By task id; bounded by the number of partitions. */
    private final Map<String, TickFailures> tickFailures = new HashMap<>();
    /** Whether any record has failed; spares the common case the lock. */
    private volatile boolean any;

    /** Whether a record has failed so often that it must be set aside. */
    boolean isPoison(RecordPosition position) {
        return any && failures(position) >= MAX_FAILURES;
    }

    private synchronized int failures(RecordPosition position) {
        return failures.getOrDefault(position, 0);
    }

    /** Processing of a record has failed. */
    synchronized void failed(RecordPosition position, Throwable failure) {
        any = true;
        int times = failures.merge(position, 1, Integer::sum);
        LOG.error("{}: processing the record failed, failure {} of {}", position, times, MAX_FAILURES, failure);
    }

    /**
     * The tick of a task has failed.
     *
     * @return whether a replacement of the stream thread may help
     */
    synchronized boolean tickFailed(String task, Throwable failure, long nowMs) {
        TickFailures known = tickFailures.get(task);
        TickFailures now = known == null || nowMs - known.firstMs() > TICKS_REMEMBERED.toMillis()
                ? new TickFailures(nowMs, 1)
                : new TickFailures(known.firstMs(), known.times() + 1);
        tickFailures.put(task, now);
        LOG.error("task {}: tick failed, failure {} of {}", task, now.times(), MAX_TICKS_FAILED, failure);
        return now.times() < MAX_TICKS_FAILED;
    }

    /**
     * Whether a failure is unexpected. Kafka's own exceptions are not: Kafka Streams handles them. A schema registry
     * that is unavailable when a result is serialized is not the fault of the record either.
     */
    static boolean isUnexpected(Throwable failure) {
        return failure instanceof SerializationException
                ? ReadFailure.of(failure) != ReadFailure.REGISTRY
                : !(failure instanceof KafkaException);
    }

    private record TickFailures(long firstMs, int times) {}
}
