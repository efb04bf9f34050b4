package io.fleetcommand.processor;

import io.fleetcommand.processor.quota.QuotaCoordinator;
import io.fleetcommand.processor.quota.QuotaLimiter;
import io.fleetcommand.processor.quota.QuotaMessageCodec;
import io.fleetcommand.processor.quota.QuotaShares;
import io.fleetcommand.processor.quota.SlidingWindowCounter;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The quota of one instance: its limiter, and the coordinator that shares the quota with other instances. */
final class InstanceQuota implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceQuota.class);

    private final ProcessorSettings settings;
    private final SlidingWindowCounter calls;
    private final QuotaLimiter limiter;
    private final QuotaCoordinator coordinator;
    private final ExecutorService thread;
    private final LongSupplier nanoClock;

    /**
     * @param instance name of the instance
     * @param partitions partition count of the input topics
     * @param cloudPermission whether the cloud may be called now; asked last before a permit is granted
     * @param producer writes quota messages; closed by its owner, after this
     * @param thread runs the coordinator; ended by {@link #close()}
     * @param onFatal called when the quota cannot be shared any more
     */
    InstanceQuota(
            ProcessorSettings settings,
            String instance,
            int partitions,
            BooleanSupplier cloudPermission,
            Producer<byte[], byte[]> producer,
            ExecutorService thread,
            InstantSource clock,
            LongSupplier nanoClock,
            Consumer<RuntimeException> onFatal) {
        this.settings = settings;
        this.thread = thread;
        this.nanoClock = nanoClock;
        this.calls = new SlidingWindowCounter(settings.quotaWindow().toNanos(), nanoClock.getAsLong());
        // The name is unique per start: a quota lease of an earlier run of this instance does not belong to this one.
        QuotaShares shares = new QuotaShares(
                settings.quota(partitions),
                settings.quotaScope(),
                instance + "/" + UUID.randomUUID(),
                nanoClock.getAsLong());
        this.limiter = new QuotaLimiter(
                shares, settings.maxInFlight(), settings.priorityMinimums(), cloudPermission, calls, clock, nanoClock);
        RecordSerdes serdes = new RecordSerdes(settings);
        this.coordinator = new QuotaCoordinator(
                settings.quotaTopic(),
                new KafkaConsumer<>(
                        settings.kafka().ownConsumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                producer,
                new QuotaMessageCodec(settings.quotaTopic(), serdes.serializer(), serdes.deserializer()),
                limiter,
                settings.application(),
                clock,
                onFatal);
    }

    QuotaLimiter limiter() {
        return limiter;
    }

    /** Calls of the last window, now. */
    int callsInWindow() {
        return calls.inWindow(nanoClock.getAsLong());
    }

    int worstWindow() {
        return calls.worstWindow();
    }

    /** @throws IllegalStateException if the quota belongs to another application */
    void start() {
        if (settings.quotaScope() == QuotaShares.Scope.SHARED) {
            coordinator.claim();
            thread.execute(coordinator::run);
        }
    }

    /**
     * Waits for the calls in flight, then ends the coordinator: its thread closes the consumer, and uses the producer
     * until it has ended.
     */
    @Override
    public void close() {
        awaitCalls();
        coordinator.close();
        ProcessorThreads.awaitEnd(thread, "the quota coordinator", settings.shutdownTimeout());
    }

    private void awaitCalls() {
        try {
            if (!limiter.awaitIdle(settings.shutdownTimeout())) {
                LOG.warn("calls still in flight after {}; their outcomes are lost", settings.shutdownTimeout());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
