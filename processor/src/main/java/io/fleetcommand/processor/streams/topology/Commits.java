package io.fleetcommand.processor.streams.topology;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The commits of the stream threads. Kafka Streams commits at an interval that suits a thread with nothing to publish;
 * a result is seen only once it is committed, so a task with results asks for a commit of its own as soon as the
 * thread's last one is long enough ago: the interval, or twice as long as that one took, if that is longer. So where
 * every record has its result, a flood of bad ones say, the commits that are asked for take a third of the thread's time
 * at most. A commit is the thread's, for all of its tasks together.
 *
 * <p>Thread-safe: each stream thread has a state of its own.
 */
public final class Commits {
    private static final int RESTS_PER_COMMIT = 2;

    private final long intervalNanos;
    private final LongSupplier nanoClock;
    private final ThreadLocal<Last> last;

    /** @param interval the shortest time between a commit and the next that is asked for because results wait */
    public Commits(Duration interval, LongSupplier nanoClock) {
        this.intervalNanos = interval.toNanos();
        this.nanoClock = nanoClock;
        this.last = ThreadLocal.withInitial(() -> new Last(nanoClock.getAsLong()));
    }

    /** The calling stream thread begins to commit. */
    void begun() {
        last.get().begunNanos = nanoClock.getAsLong();
    }

    /** The calling stream thread has committed. */
    void committed() {
        Last ofThread = last.get();
        long now = nanoClock.getAsLong();
        ofThread.count++;
        ofThread.dueNanos = now + Math.max(intervalNanos, RESTS_PER_COMMIT * (now - ofThread.begunNanos));
    }

    /** How many commits the calling stream thread has made. */
    long count() {
        return last.get().count;
    }

    /** Whether the calling stream thread's last commit is long enough ago for one more. */
    boolean isDue() {
        return nanoClock.getAsLong() - last.get().dueNanos >= 0;
    }

    /** Confined to its thread. */
    private static final class Last {
        private long count;
        private long begunNanos;
        private long dueNanos;

        private Last(long dueNanos) {
            this.begunNanos = dueNanos;
            this.dueNanos = dueNanos;
        }
    }
}
