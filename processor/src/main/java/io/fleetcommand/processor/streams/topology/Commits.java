package io.fleetcommand.processor.streams.topology;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides when a task with unpublished results may request a commit. Kafka Streams commits at an interval that suits a
 * thread with nothing to publish; results are visible only once they are committed, so a task with results requests a
 * commit as soon as the thread's last one is long enough ago: the interval, or twice the duration of the last commit if
 * that is longer. Commits on request therefore take at most a third of the thread's time, even if every record has a
 * result, as in a flood of invalid requests. A commit covers all tasks of the thread.
 *
 * <p>Thread-safe: the state is thread-local, one per stream thread.
 */
public final class Commits {
    private static final int PAUSE_FACTOR = 2;

    private final long intervalNanos;
    private final LongSupplier nanoClock;
    private final ThreadLocal<ThreadState> perThread;

    /** @param interval minimum time from a commit to the next one that is requested because results are waiting */
    public Commits(Duration interval, LongSupplier nanoClock) {
        this.intervalNanos = interval.toNanos();
        this.nanoClock = nanoClock;
        this.perThread = ThreadLocal.withInitial(() -> new ThreadState(nanoClock.getAsLong()));
    }

    /** The calling stream thread starts a commit. */
    void started() {
        perThread.get().startedNanos = nanoClock.getAsLong();
    }

    /** The calling stream thread has committed. */
    void completed() {
        ThreadState state = perThread.get();
        long now = nanoClock.getAsLong();
        state.count++;
        state.dueNanos = now + Math.max(intervalNanos, PAUSE_FACTOR * (now - state.startedNanos));
    }

    /** Number of commits that the calling stream thread has made. */
    long count() {
        return perThread.get().count;
    }

    /** Whether the last commit of the calling stream thread is long enough ago for another. */
    boolean isDue() {
        return nanoClock.getAsLong() - perThread.get().dueNanos >= 0;
    }

    /** State of one stream thread; confined to it. */
    private static final class ThreadState {
        private long count;
        private long startedNanos;
        private long dueNanos;

        private ThreadState(long dueNanos) {
            this.startedNanos = dueNanos;
            this.dueNanos = dueNanos;
        }
    }
}
