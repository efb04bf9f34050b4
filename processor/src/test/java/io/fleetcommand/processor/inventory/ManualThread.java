package io.fleetcommand.processor.inventory;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A scheduled thread whose time passes as the test says, in milliseconds from 0. */
final class ManualThread extends AbstractExecutorService implements ScheduledExecutorService {
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(
            Comparator.<Timer>comparingLong(timer -> timer.atNanos).thenComparing(timer -> timer.order));

    private long nowNanos;
    private long made;
    private boolean shutDown;

    long nanos() {
        return nowNanos;
    }

    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nowNanos);
    }

    /** Runs what is due within this time, each at its time. */
    void pass(long ms) {
        long untilNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(ms);
        while (!timers.isEmpty() && timers.peek().atNanos <= untilNanos) {
            Timer next = timers.remove();
            nowNanos = Math.max(nowNanos, next.atNanos);
            if (!next.isCancelled()) {
                next.complete(null);
                next.task.run();
            }
        }
        nowNanos = untilNanos;
    }

    /** How many timers are set and not cancelled. */
    long timers() {
        return timers.stream().filter(timer -> !timer.isCancelled()).count();
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        if (shutDown) {
            throw new RejectedExecutionException("shut down");
        }
        Timer timer = new Timer(task, nowNanos + unit.toNanos(delay), made++);
        timers.add(timer);
        return timer;
    }

    @Override
    public void execute(Runnable task) {
        schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {
        shutDown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutDown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutDown;
    }

    @Override
    public boolean isTerminated() {
        return shutDown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutDown;
    }

    private static final class Timer extends CompletableFuture<Object> implements ScheduledFuture<Object> {
        private final Runnable task;
        private final long atNanos;
        private final long order;

        Timer(Runnable task, long atNanos, long order) {
            this.task = task;
            this.atNanos = atNanos;
            this.order = order;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(order, ((Timer) other).order);
        }
    }
}
