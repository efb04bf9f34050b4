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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Sends claimed calls as the {@link CallLimiter} permits, and journals their outcomes. A call that stays pending for
 * too long is released unsent, and its request waits for its next turn. Thread-safe: called by stream threads and by
 * one timer; the pending calls are guarded by their map. Outcomes arrive on threads of the HTTP client, which only
 * release the permit and append to the journal.
 */
public final class CallDispatcher implements CallStarter, AutoCloseable {
    /** Much shorter than the lease's margin, so that a call sent at the last moment still ends within its lease. */
    private static final long MAX_PENDING_MS = 2_000;

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final DeviceCloud cloud;
    private final Journal journal;
    private final CallLimiter limiter;
    private final ScheduledExecutorService timer;
    private final InstantSource clock;
    private final Map<Priority, Deque<PendingCall>> pending = new EnumMap<>(Priority.class);
    private Optional<Future<?>> nextSend = Optional.empty();
    private boolean closed;

    /** @param timer sends pending calls once there is quota for them */
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
            pending.put(priority, new ArrayDeque<>());
        }
    }

    @Override
    public void start(int partition, Request request, Permit permit, int attempt, String epoch) {
        synchronized (pending) {
            pending.get(permit.priority())
                    .add(new PendingCall(partition, request, permit, attempt, epoch, clock.millis()));
        }
        sendDue();
    }

    /** Sends the pending calls for which there is quota now, and releases those that have waited too long. */
    void sendDue() {
        List<PendingCall> due = new ArrayList<>();
        List<PendingCall> late = new ArrayList<>();
        synchronized (pending) {
            long nowMs = clock.millis();
            pending.values().forEach(calls -> takeLate(calls, late, nowMs));
            Optional<Permit> next = closed ? Optional.empty() : tryAcquire();
            while (next.isPresent()) {
                due.add(pending.get(next.get().priority()).remove());
                next = tryAcquire();
            }
            scheduleNextSend();
        }
        due.forEach(this::send);
        late.forEach(this::release);
    }

    private Optional<Permit> tryAcquire() {
        List<Permit> waiting = waiting();
        return waiting.isEmpty() ? Optional.empty() : limiter.tryAcquire(waiting);
    }

    private void takeLate(Deque<PendingCall> calls, List<PendingCall> late, long nowMs) {
        while (!calls.isEmpty() && (closed || calls.peek().isLate(nowMs))) {
            late.add(calls.remove());
        }
    }

    /** The permits of the first pending call of each priority. */
    private List<Permit> waiting() {
        return pending.values().stream()
                .filter(calls -> !calls.isEmpty())
                .map(calls -> calls.element().permit())
                .toList();
    }

    private void scheduleNextSend() {
        nextSend.ifPresent(scheduled -> scheduled.cancel(false));
        nextSend = Optional.empty();
        List<Permit> waiting = waiting();
        if (!waiting.isEmpty()) {
            long nanos = Math.min(limiter.nanosToPermit(waiting), RETRY_NANOS);
            try {
                nextSend = Optional.of(timer.schedule(this::sendDue, nanos, TimeUnit.NANOSECONDS));
            } catch (RejectedExecutionException shutDown) {
                closed = true;
            }
        }
    }

    private void send(PendingCall call) {
        Request request = call.request();
        long pendingMs = Math.max(0, clock.millis() - call.sinceMs());
        cloud.call(request, outcome -> {
            if (outcome.kind() == Outcome.Kind.THROTTLED) {
                limiter.throttled(outcome.retryAfterMs());
            }
            call.permit().release();
            append(call, outcome, pendingMs);
        });
    }

    private void release(PendingCall call) {
        call.permit().release();
        append(call, Outcome.released("the quota had no call for it in time"), 0);
    }

    private void append(PendingCall call, Outcome outcome, long heldMs) {
        journal.append(
                call.partition(),
                new JournalEvent.Finished(
                        call.request().key(), call.attempt(), call.epoch(), outcome, heldMs, clock.millis()));
    }

    /** Releases the calls that were not sent; no call is sent from now on. */
    @Override
    public void close() {
        synchronized (pending) {
            closed = true;
        }
        sendDue();
    }

    /** A call whose claim was read back, waiting for quota since then. */
    private record PendingCall(int partition, Request request, Permit permit, int attempt, String epoch, long sinceMs) {
        boolean isLate(long nowMs) {
            return nowMs > request.deadlineMs() || nowMs - sinceMs > MAX_PENDING_MS;
        }
    }
}
