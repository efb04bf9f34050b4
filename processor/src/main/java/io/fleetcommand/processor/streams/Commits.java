package io.fleetcommand.processor.streams;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The commits of the stream threads. Kafka Streams commits at an interval that suits a thread with nothing to publish;
 * a result is seen only once it is committed, so a task with results asks for a commit of its own as soon as the
 * thread's last one is long enough ago. A commit is the thread's, for all of its tasks together.
 *
 * <p>Thread-safe: each stream thread has a state of its own.
 */
public final class Commits {
    private final long intervalNanos;
    private final LongSupplier nanoClock;
    private final ThreadLocal<Last> last;

    /** @param interval the shortest time between the commits that are asked for because results wait */
    public Commits(Duration interval, LongSupplier nanoClock) {
        this.intervalNanos = interval.toNanos();
        this.nanoClock = nanoClock;
        this.last = ThreadLocal.withInitial(() -> new Last(nanoClock.getAsLong() - intervalNanos));
    }

    /** The calling stream thread has committed. */
    void committed() {
        Last ofThread = last.get();
        ofThread.count++;
        ofThread.atNanos = nanoClock.getAsLong();
    }

    /** How many commits the calling stream thread has made. */
    long count() {
        return last.get().count;
    }

    /** Whether the calling stream thread's last commit is long enough ago for one more. */
    boolean isDue() {
        return nanoClock.getAsLong() - last.get().atNanos >= intervalNanos;
    }

    /** Confined to its thread. */
    private static final class Last {
        private long count;
        private long atNanos;

        private Last(long atNanos) {
            this.atNanos = atNanos;
        }
    }
}
