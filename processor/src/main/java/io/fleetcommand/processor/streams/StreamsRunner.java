package io.fleetcommand.processor.streams;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * Runs the topology until it is asked to stop or fails. A failure stops the whole instance: the ledger survives, and a
 * fresh start heals more surely than a half-dead process.
 */
public final class StreamsRunner implements AutoCloseable {
    private final KafkaStreams streams;
    private final Duration closeWithin;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** @param closeWithin how long {@link #close()} may take to commit and hand over */
    public StreamsRunner(Topology topology, Map<String, Object> config, Duration closeWithin) {
        Properties properties = new Properties();
        properties.putAll(config);
        this.streams = new KafkaStreams(topology, properties);
        this.closeWithin = closeWithin;
        streams.setUncaughtExceptionHandler(cause -> {
            fail(cause);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
                stop.countDown();
            }
        });
    }

    public void start() {
        streams.start();
    }

    /** Blocks until {@link #stop()} or {@link #fail(Throwable)}; gives what went wrong, if anything did. */
    public Optional<Throwable> awaitEnd() throws InterruptedException {
        stop.await();
        return Optional.ofNullable(failure.get());
    }

    public void stop() {
        stop.countDown();
    }

    /** Ends the run because of a failure outside of the stream; the first failure told is the one that counts. */
    public void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        stop.countDown();
    }

    public String state() {
        return streams.state().name();
    }

    public boolean isDead() {
        return streams.state().hasCompletedShutdown() || streams.state() == KafkaStreams.State.PENDING_ERROR;
    }

    /** Leaves the group at once, so that others take over without waiting for a session to end. */
    @Override
    public void close() {
        streams.close(
                CloseOptions.timeout(closeWithin).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    }
}
