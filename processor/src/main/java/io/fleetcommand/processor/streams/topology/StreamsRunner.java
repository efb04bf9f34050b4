package io.fleetcommand.processor.streams.topology;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the topology. A failure that a fresh stream thread may not meet again, or not for ever, costs the thread. Any
 * other is reported and ends the stream: the ledger survives, and a fresh start heals more surely than a half-dead
 * process.
 */
public final class StreamsRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsRunner.class);
    private static final Duration BETWEEN_REPLACEMENTS = Duration.ofMillis(500);

    private final KafkaStreams streams;
    private final KafkaStreamsMetrics metrics;
    private final Duration closeWithin;

    /**
     * @param commits told of each transaction that is committed
     * @param closeWithin how long {@link #close()} may take to commit and hand over
     * @param failed told why the stream ended by itself
     */
    public StreamsRunner(
            Topology topology,
            Map<String, Object> config,
            Commits commits,
            Duration closeWithin,
            Consumer<Throwable> failed) {
        Properties properties = new Properties();
        properties.putAll(config);
        this.streams = new KafkaStreams(topology, properties, new StreamsClientSupplier(commits));
        this.metrics = new KafkaStreamsMetrics(streams);
        this.closeWithin = closeWithin;
        streams.setUncaughtExceptionHandler(cause -> response(cause, failed));
    }

    /** Called by the stream thread that ends. */
    private static StreamThreadExceptionResponse response(Throwable cause, Consumer<Throwable> failed) {
        if (UnexpectedFailure.isIn(cause) && pause()) {
            LOG.warn("a stream thread is replaced: {}", cause.getMessage());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        failed.accept(cause);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** Many records that fail may make the stream slow, but do not make it spin. */
    private static boolean pause() {
        try {
            Thread.sleep(BETWEEN_REPLACEMENTS.toMillis());
            return true;
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public void start() {
        streams.start();
    }

    /** Kafka Streams' own metrics, those of its clients among them. */
    public void bindTo(MeterRegistry registry) {
        metrics.bindTo(registry);
    }

    /** {@code RUNNING} when it works. */
    public String state() {
        return streams.state().name();
    }

    public boolean isDead() {
        return streams.state().hasCompletedShutdown() || streams.state() == KafkaStreams.State.PENDING_ERROR;
    }

    /** Leaves the group at once, so that others take over without waiting for a session to end. */
    @Override
    public void close() {
        metrics.close();
        streams.close(
                CloseOptions.timeout(closeWithin).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    }
}
