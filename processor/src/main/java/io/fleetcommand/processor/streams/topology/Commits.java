package io.fleetcommand.processor.streams.topology;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides when a task with unpublished results may request a commit. Kafka Streams commits at an interval that suits a
 * thread with nothing to publish; results are visible only once they are committed, so a task with results requests a
 * commit as soon as the thread's last one is long enough ago: the interval, or twice the duration of the last commit if
 * that is longer. Commits on request therefore take at most a third of the thread's time, even if every record has a
 * result, as in a flood of invalid requests. The result of an URGENT request waits for half the duration of the last
 * commit only: after a long one, such as beside another caller's flood, it would else wait for as long again and more.
 * A commit covers all tasks of the thread.
 *
 * <p>Thread-safe: the state is thread-local, one per stream thread.
 */
public final class Commits {
    private static final double PAUSE_FACTOR = 2;
    private static final double URGENT_PAUSE_FACTOR = 0.5;

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
        long durationNanos = now - state.startedNanos;
        state.dueNanos = now + pauseNanos(durationNanos, PAUSE_FACTOR);
        state.urgentDueNanos = now + pauseNanos(durationNanos, URGENT_PAUSE_FACTOR);
    }

    private long pauseNanos(long durationNanos, double factor) {
        return Math.max(intervalNanos, (long) (factor * durationNanos));
    }

    /** Number of commits that the calling stream thread has made. */
    long count() {
        return perThread.get().count;
    }

    /** Whether the last commit of the calling stream thread is long enough ago for another. */
    boolean isDue() {
        return nanoClock.getAsLong() - perThread.get().dueNanos >= 0;
    }

    /** Whether it is long enough ago for one that the result of an URGENT request waits for. */
    boolean isDueForUrgent() {
        return nanoClock.getAsLong() - perThread.get().urgentDueNanos >= 0;
    }

    /** State of one stream thread; confined to it. */
    private static final class ThreadState {
        private long count;
        private long startedNanos;
        private long dueNanos;
        private long urgentDueNanos;

        private ThreadState(long dueNanos) {
            this.startedNanos = dueNanos;
            this.dueNanos = dueNanos;
            this.urgentDueNanos = dueNanos;
        }
    }
}
