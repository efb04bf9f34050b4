package io.fleetcommand.processor.streams;

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

/**
 * Runs the topology. A failure is reported and ends the stream: the ledger survives, and a fresh start heals more surely
 * than a half-dead process.
 */
public final class StreamsRunner implements AutoCloseable {
    private final KafkaStreams streams;
    private final KafkaStreamsMetrics metrics;
    private final Duration closeWithin;

    /**
     * @param closeWithin how long {@link #close()} may take to commit and hand over
     * @param failed told why the stream ended by itself
     */
    public StreamsRunner(
            Topology topology, Map<String, Object> config, Duration closeWithin, Consumer<Throwable> failed) {
        Properties properties = new Properties();
        properties.putAll(config);
        this.streams = new KafkaStreams(topology, properties, new StreamClients());
        this.metrics = new KafkaStreamsMetrics(streams);
        this.closeWithin = closeWithin;
        streams.setUncaughtExceptionHandler(cause -> {
            failed.accept(cause);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
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
