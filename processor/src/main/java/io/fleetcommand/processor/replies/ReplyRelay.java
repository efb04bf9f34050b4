package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ports.ReplyObserver;
import io.fleetcommand.service.Backoff;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays the copies of committed results to callers' own reply topics, at least once and outside of the ledger's
 * transactions. If one of its clients fails, it backs off and starts again from the last committed offsets; it never
 * ends the process. {@link #run()} belongs to one thread; {@link #close()} is thread-safe.
 */
public final class ReplyRelay implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyRelay.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration STABLE_AFTER = Duration.ofMinutes(1);
    private static final Backoff RETRY_BACKOFF = new Backoff(1_000, 2, 30_000, 0.3);

    private final RelayTopics topics;
    private final RelayLimits limits;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final NoteCodec notes;
    private final Executor noteThread;
    private final ReplyObserver observer;
    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * @param consumers create a read_committed consumer with a group and without auto-commit
     * @param producers create an idempotent producer that never blocks ({@code max.block.ms=0}) and whose delivery
     *     timeout is that of the limits
     * @param noteThread encodes notes, which may block on the schema registry
     */
    public ReplyRelay(
            RelayTopics topics,
            RelayLimits limits,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<Producer<byte[], byte[]>> producers,
            NoteCodec notes,
            Executor noteThread,
            ReplyObserver observer,
            LongSupplier nanoTime,
            DoubleSupplier random) {
        this.topics = topics;
        this.limits = limits;
        this.consumers = consumers;
        this.producers = producers;
        this.notes = notes;
        this.noteThread = noteThread;
        this.observer = observer;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /** Relays until it is closed. */
    @Override
    public void run() {
        GivenUpLog log = new GivenUpLog(nanoTime.getAsLong());
        int failures = 0;
        while (!isClosing()) {
            long startedNanos = nanoTime.getAsLong();
            try {
                relay(log);
            } catch (RuntimeException failure) {
                failures = nanoTime.getAsLong() - startedNanos > STABLE_AFTER.toNanos() ? 1 : failures + 1;
                long pauseMs = RETRY_BACKOFF.delayMs(failures, random.getAsDouble());
                LOG.warn("reply relay of {} failed, retry in {} ms: {}", topics.replies(), pauseMs, failure.toString());
                LOG.debug("reply relay of {} failed", topics.replies(), failure);
                pause(pauseMs);
            }
        }
    }

    private void relay(GivenUpLog log) {
        Consumer<byte[], byte[]> consumer = consumers.get();
        try {
            Producer<byte[], byte[]> producer = producers.get();
            try {
                RelaySession session = new RelaySession(
                        topics, limits, consumer, producer, notes, noteThread, observer, log, nanoTime, random);
                session.start();
                while (!isClosing()) {
                    session.runOnce();
                }
                session.drain(CLOSE_TIMEOUT);
            } finally {
                producer.close(CLOSE_TIMEOUT);
            }
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void pause(long ms) {
        try {
            closing.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            closing.countDown();
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Makes {@link #run()} return within a few times {@code CLOSE_TIMEOUT}; copies that are not acknowledged by then
     * are sent again later.
     */
    @Override
    public void close() {
        closing.countDown();
    }
}
