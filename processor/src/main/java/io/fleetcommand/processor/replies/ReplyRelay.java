package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ledger.Backoff;
import io.fleetcommand.processor.core.ports.ReplyObserver;
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
 * Brings the copies of committed results to callers' own reply topics, at least once, apart from the ledger's
 * transactions. A failure of its clients is waited out: it begins anew from the position committed last, and never ends
 * the process. {@link #run()} belongs to one thread; {@link #close()} may be called by any.
 */
public final class ReplyRelay implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyRelay.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Duration STEADY = Duration.ofMinutes(1);
    private static final Backoff PAUSES = new Backoff(1_000, 2, 30_000, 0.3);

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
     * @param consumers reads committed records alone, in a group, and commits by itself nothing
     * @param producers idempotent, never blocks ({@code max.block.ms=0}), and gives up after the limits' timeout
     * @param noteThread encodes notes, which may have to ask the schema registry
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
            long begunNanos = nanoTime.getAsLong();
            try {
                relay(log);
            } catch (RuntimeException failed) {
                failures = nanoTime.getAsLong() - begunNanos > STEADY.toNanos() ? 1 : failures + 1;
                long pauseMs = PAUSES.delayMs(failures, random.getAsDouble());
                LOG.warn(
                        "copies for reply topics wait; the relay of {} begins anew in {} ms: {}",
                        topics.replies(),
                        pauseMs,
                        failed.toString());
                LOG.debug("the relay of {} failed", topics.replies(), failed);
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
                    session.round();
                }
                session.drain(CLOSE_LIMIT);
            } finally {
                producer.close(CLOSE_LIMIT);
            }
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
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

    /** Ends {@link #run()} within a few times {@code CLOSE_LIMIT}; what is not acknowledged by then is sent again later. */
    @Override
    public void close() {
        closing.countDown();
    }
}
