package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.streams.codec.ReadFailure;
import io.fleetcommand.processor.streams.codec.RecordPosition;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of this process that could not be dealt with, since doing so failed unexpectedly. One that failed three
 * times is set aside when it is read again. Guarded by itself; stream threads share it, and it outlives each of them.
 */
public final class PoisonRecords {
    private static final Logger LOG = LoggerFactory.getLogger(PoisonRecords.class);
    private static final int MAX_REMEMBERED = 1_000;
    private static final int MAX_FAILURES = 3;
    /** A task whose work by the clock fails more often than this within the time is not healed by another start. */
    private static final int MAX_TICKS_FAILED = 5;

    private static final Duration TICKS_REMEMBERED = Duration.ofMinutes(10);

    private final Map<RecordPosition, Integer> failures = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RecordPosition, Integer> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };
    /** By task; there are no more of them than partitions. */
    private final Map<String, TickFailures> tickFailures = new HashMap<>();
    /** Spares healthy streams the lock. */
    private volatile boolean any;

    /** Whether a record has failed so often that it is not to be dealt with again. */
    boolean isPoison(RecordPosition position) {
        return any && failures(position) >= MAX_FAILURES;
    }

    private synchronized int failures(RecordPosition position) {
        return failures.getOrDefault(position, 0);
    }

    /** Dealing with a record has failed. */
    synchronized void failed(RecordPosition position, Throwable failure) {
        any = true;
        int times = failures.merge(position, 1, Integer::sum);
        LOG.error("{}: dealing with the record failed, {} of {} times", position, times, MAX_FAILURES, failure);
    }

    /**
     * A task's work by the clock has failed.
     *
     * @return whether another start may help
     */
    synchronized boolean tickFailed(String task, Throwable failure, long nowMs) {
        TickFailures known = tickFailures.get(task);
        TickFailures now = known == null || nowMs - known.firstMs() > TICKS_REMEMBERED.toMillis()
                ? new TickFailures(nowMs, 1)
                : new TickFailures(known.firstMs(), known.times() + 1);
        tickFailures.put(task, now);
        LOG.error(
                "task {}: its work by the clock failed, {} of {} times", task, now.times(), MAX_TICKS_FAILED, failure);
        return now.times() < MAX_TICKS_FAILED;
    }

    /**
     * Whether a failure was not foreseen. Kafka's own exceptions are: they have their own way to be dealt with. Neither
     * is a registry that is needed to write an answer and away the fault of the record.
     */
    static boolean isUnexpected(Throwable failure) {
        return failure instanceof SerializationException
                ? ReadFailure.of(failure) != ReadFailure.REGISTRY
                : !(failure instanceof KafkaException);
    }

    private record TickFailures(long firstMs, int times) {}
}
