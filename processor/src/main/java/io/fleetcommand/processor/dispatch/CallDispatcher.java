package io.fleetcommand.processor.dispatch;

import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ports.CallLimiter;
import io.fleetcommand.processor.core.ports.CallStarter;
import io.fleetcommand.processor.core.ports.DeviceCloud;
import io.fleetcommand.processor.core.ports.Journal;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Sends claimed calls as the gate lets them through, and journals how they end. A call that the gate holds for too long
 * is given back instead: it was not sent, and waits for its turn again. Used by stream threads and by one timer; the
 * queue is guarded by itself. An outcome arrives on a thread of the HTTP client, which may do no more than free the slot
 * and append.
 */
public final class CallDispatcher implements CallStarter, AutoCloseable {
    /** Much shorter than the lease's margin, so that a call that is sent late still ends within its lease. */
    private static final long LONGEST_HOLD_MS = 2_000;

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final DeviceCloud cloud;
    private final Journal journal;
    private final CallLimiter limiter;
    private final ScheduledExecutorService timer;
    private final InstantSource clock;
    private final Map<Priority, Deque<Claimed>> held = new EnumMap<>(Priority.class);
    private Optional<Future<?>> nextSend = Optional.empty();
    private boolean closed;

    /** @param timer on which held calls are sent when their time has come */
    public CallDispatcher(
            DeviceCloud cloud,
            Journal journal,
            CallLimiter limiter,
            ScheduledExecutorService timer,
            InstantSource clock) {
        this.cloud = cloud;
        this.journal = journal;
        this.limiter = limiter;
        this.timer = timer;
        this.clock = clock;
        for (Priority priority : Priority.values()) {
            held.put(priority, new ArrayDeque<>());
        }
    }

    @Override
    public void start(int partition, Request request, Permit permit, int attempt, String epoch) {
        synchronized (held) {
            held.get(permit.priority()).add(new Claimed(partition, request, permit, attempt, epoch, clock.millis()));
        }
        sendDue();
    }

    /** Sends what may be sent by now, and gives back what has waited too long. */
    void sendDue() {
        List<Claimed> due = new ArrayList<>();
        List<Claimed> late = new ArrayList<>();
        synchronized (held) {
            long nowMs = clock.millis();
            held.values().forEach(priority -> takeLate(priority, late, nowMs));
            Optional<Priority> next = closed ? Optional.empty() : tryAcquire();
            while (next.isPresent()) {
                due.add(held.get(next.get()).remove());
                next = tryAcquire();
            }
            scheduleNextSend();
        }
        due.forEach(this::send);
        late.forEach(this::release);
    }

    private Optional<Priority> tryAcquire() {
        Set<Priority> waiting = waiting();
        return waiting.isEmpty() ? Optional.empty() : limiter.tryAcquire(waiting);
    }

    private void takeLate(Deque<Claimed> priority, List<Claimed> late, long nowMs) {
        while (!priority.isEmpty() && (closed || priority.peek().isLate(nowMs))) {
            late.add(priority.remove());
        }
    }

    private Set<Priority> waiting() {
        Set<Priority> waiting = EnumSet.noneOf(Priority.class);
        held.forEach((priority, claimed) -> {
            if (!claimed.isEmpty()) {
                waiting.add(priority);
            }
        });
        return waiting;
    }

    private void scheduleNextSend() {
        nextSend.ifPresent(last -> last.cancel(false));
        nextSend = Optional.empty();
        Set<Priority> waiting = waiting();
        if (!waiting.isEmpty()) {
            long nanos = Math.min(limiter.nanosToPermit(waiting), LOOK_AGAIN_NANOS);
            try {
                nextSend = Optional.of(timer.schedule(this::sendDue, nanos, TimeUnit.NANOSECONDS));
            } catch (RejectedExecutionException ending) {
                closed = true;
            }
        }
    }

    private void send(Claimed call) {
        Request request = call.request();
        long heldMs = Math.max(0, clock.millis() - call.sinceMs());
        cloud.call(request, outcome -> {
            if (outcome.kind() == Outcome.Kind.THROTTLED) {
                limiter.throttled(outcome.retryAfterMs());
            }
            limiter.callEnded();
            append(call, outcome, heldMs);
        });
    }

    private void release(Claimed call) {
        limiter.release(call.permit());
        append(call, Outcome.released("the quota had no call for it in time"), 0);
    }

    private void append(Claimed call, Outcome outcome, long heldMs) {
        journal.append(
                call.partition(),
                new JournalEvent.Finished(
                        call.request().key(), call.attempt(), call.epoch(), outcome, heldMs, clock.millis()));
    }

    /** Gives back what was not sent; from now on nothing is sent. */
    @Override
    public void close() {
        synchronized (held) {
            closed = true;
        }
        sendDue();
    }

    /** A claim that was read back, and waits for quota since then. */
    private record Claimed(int partition, Request request, Permit permit, int attempt, String epoch, long sinceMs) {
        boolean isLate(long nowMs) {
            return nowMs > request.deadlineMs() || nowMs - sinceMs > LONGEST_HOLD_MS;
        }
    }
}
