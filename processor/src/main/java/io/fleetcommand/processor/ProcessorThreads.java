package io.fleetcommand.processor;

import io.fleetcommand.processor.streams.codec.SchemaLookups;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All threads of the processor but those of Kafka and of the ops port. docs/concurrency.md says what each may do. */
final class ProcessorThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessorThreads.class);
    private static final int SCHEMA_THREADS = 2;

    private final ExecutorService calls = callThreads();
    private final ScheduledExecutorService token = Executors.newScheduledThreadPool(2, named("token"));
    private final ExecutorService relay = Executors.newSingleThreadExecutor(named("reply-relay"));
    private final ExecutorService notes = Executors.newSingleThreadExecutor(named("reply-notes"));
    private final ExecutorService quota = Executors.newSingleThreadExecutor(named("quota-coordinator"));
    private final ScheduledThreadPoolExecutor pacing = new ScheduledThreadPoolExecutor(1, named("call-pacing"));
    private final ThreadPoolExecutor schemas = schemaThreads();
    private final ScheduledExecutorService policy = Executors.newSingleThreadScheduledExecutor(named("policy"));
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(named("clock"));

    ProcessorThreads() {
        pacing.setRemoveOnCancelPolicy(true);
    }

    /** Block on the device cloud, one for each call in flight. */
    ExecutorService calls() {
        return calls;
    }

    /** Ask the token-service: one waits for a newer token, the other reports rejections. */
    ScheduledExecutorService token() {
        return token;
    }

    /** Copies results to reply topics. */
    ExecutorService relay() {
        return relay;
    }

    /** Encodes the failed requests of copies that were given up. */
    ExecutorService notes() {
        return notes;
    }

    /** Shares the quota with other instances. */
    ExecutorService quota() {
        return quota;
    }

    /** Sends claimed calls once there is quota. */
    ScheduledExecutorService pacing() {
        return pacing;
    }

    /** Block on the schema registry. */
    ExecutorService schemas() {
        return schemas;
    }

    /** Reloads the policy file. */
    ScheduledExecutorService policy() {
        return policy;
    }

    /** Watches the wall clock, and halts a process that does not end. */
    ScheduledExecutorService clock() {
        return clock;
    }

    /** Takes no more work for a thread and waits until it has finished what it has. */
    static void awaitEnd(ExecutorService thread, String name, Duration timeout) {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} not closed within {}", name, timeout);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        pacing.shutdownNow();
        policy.shutdownNow();
        schemas.shutdownNow();
        clock.shutdownNow();
        notes.shutdownNow();
        token.shutdownNow();
        calls.shutdownNow();
    }

    /** Threads that block on the schema registry; {@link SchemaLookups} bounds the queue. */
    private static ThreadPoolExecutor schemaThreads() {
        return new ThreadPoolExecutor(
                SCHEMA_THREADS,
                SCHEMA_THREADS,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                named("schema-lookup"));
    }

    /** One thread per call in flight: virtual threads if the JVM has them (21 and later). */
    private static ExecutorService callThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException unsupported) {
            return Executors.newCachedThreadPool(named("cloud-call"));
        }
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
