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
 * Runs the topology. After an {@link UnexpectedFailure}, which a fresh stream thread may not meet again, the stream
 * thread is replaced. Any other failure is reported and shuts the client down: the ledger survives, and a restart of
 * the process is a more reliable recovery than a partly working one.
 */
public final class StreamsRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsRunner.class);
    private static final Duration REPLACEMENT_DELAY = Duration.ofMillis(500);

    private final KafkaStreams streams;
    private final KafkaStreamsMetrics metrics;
    private final Duration closeTimeout;

    /**
     * @param commits notified of each committed transaction
     * @param closeTimeout maximum time for {@link #close()} to commit and leave the group
     * @param onFatal called with the cause when the stream shuts itself down
     */
    public StreamsRunner(
            Topology topology,
            Map<String, Object> config,
            Commits commits,
            Duration closeTimeout,
            Consumer<Throwable> onFatal) {
        Properties properties = new Properties();
        properties.putAll(config);
        this.streams = new KafkaStreams(topology, properties, new StreamsClientSupplier(commits));
        this.metrics = new KafkaStreamsMetrics(streams);
        this.closeTimeout = closeTimeout;
        streams.setUncaughtExceptionHandler(cause -> response(cause, onFatal));
    }

    /** Called on the stream thread that dies. */
    private static StreamThreadExceptionResponse response(Throwable cause, Consumer<Throwable> onFatal) {
        if (UnexpectedFailure.isIn(cause) && pause()) {
            LOG.warn("stream thread is replaced after an unexpected failure: {}", cause.getMessage());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        onFatal.accept(cause);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** Delays the replacement, so that repeated failures do not make the stream spin. */
    private static boolean pause() {
        try {
            Thread.sleep(REPLACEMENT_DELAY.toMillis());
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public void start() {
        streams.start();
    }

    /** Registers the metrics of Kafka Streams and of its clients. */
    public void bindTo(MeterRegistry registry) {
        metrics.bindTo(registry);
    }

    /** State of Kafka Streams; {@code RUNNING} when it works. */
    public String state() {
        return streams.state().name();
    }

    public boolean isDead() {
        return streams.state().hasCompletedShutdown() || streams.state() == KafkaStreams.State.PENDING_ERROR;
    }

    /** Leaves the consumer group at once, so that a rebalance starts without waiting for the session timeout. */
    @Override
    public void close() {
        metrics.close();
        streams.close(
                CloseOptions.timeout(closeTimeout).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    }
}
