package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.Calls;
import io.fleetcommand.processor.core.DeviceCloud;
import io.fleetcommand.processor.core.Fact;
import io.fleetcommand.processor.core.Gate;
import io.fleetcommand.processor.core.Journal;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Outcome;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.Right;
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
public final class Caller implements Calls, AutoCloseable {
    /** Much shorter than the lease's margin, so that a call that is sent late still ends within its lease. */
    private static final long LONGEST_HOLD_MS = 2_000;

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final DeviceCloud cloud;
    private final Journal journal;
    private final Gate gate;
    private final ScheduledExecutorService timer;
    private final InstantSource clock;
    private final Map<Lane, Deque<Claimed>> held = new EnumMap<>(Lane.class);
    private Optional<Future<?>> wake = Optional.empty();
    private boolean closed;

    /** @param timer on which held calls are sent when their time has come */
    public Caller(DeviceCloud cloud, Journal journal, Gate gate, ScheduledExecutorService timer, InstantSource clock) {
        this.cloud = cloud;
        this.journal = journal;
        this.gate = gate;
        this.timer = timer;
        this.clock = clock;
        for (Lane lane : Lane.values()) {
            held.put(lane, new ArrayDeque<>());
        }
    }

    @Override
    public void start(int partition, Request request, Right right, int attempt, String epoch) {
        synchronized (held) {
            held.get(right.lane()).add(new Claimed(partition, request, right, attempt, epoch, clock.millis()));
        }
        sendDue();
    }

    /** Sends what may be sent by now, and gives back what has waited too long. */
    void sendDue() {
        List<Claimed> due = new ArrayList<>();
        List<Claimed> late = new ArrayList<>();
        synchronized (held) {
            long nowMs = clock.millis();
            held.values().forEach(lane -> takeLate(lane, late, nowMs));
            Optional<Lane> next = closed ? Optional.empty() : depart();
            while (next.isPresent()) {
                due.add(held.get(next.get()).remove());
                next = depart();
            }
            wakeLater();
        }
        due.forEach(this::send);
        late.forEach(this::release);
    }

    private Optional<Lane> depart() {
        Set<Lane> waiting = waiting();
        return waiting.isEmpty() ? Optional.empty() : gate.depart(waiting);
    }

    private void takeLate(Deque<Claimed> lane, List<Claimed> late, long nowMs) {
        while (!lane.isEmpty() && (closed || lane.peek().isLate(nowMs))) {
            late.add(lane.remove());
        }
    }

    private Set<Lane> waiting() {
        Set<Lane> waiting = EnumSet.noneOf(Lane.class);
        held.forEach((lane, claimed) -> {
            if (!claimed.isEmpty()) {
                waiting.add(lane);
            }
        });
        return waiting;
    }

    private void wakeLater() {
        wake.ifPresent(last -> last.cancel(false));
        wake = Optional.empty();
        Set<Lane> waiting = waiting();
        if (!waiting.isEmpty()) {
            long nanos = Math.min(gate.nanosToDeparture(waiting), LOOK_AGAIN_NANOS);
            try {
                wake = Optional.of(timer.schedule(this::sendDue, nanos, TimeUnit.NANOSECONDS));
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
                gate.throttled(outcome.retryAfterMs());
            }
            gate.ended();
            append(call, outcome, heldMs);
        });
    }

    private void release(Claimed call) {
        gate.giveBack(call.right());
        append(call, Outcome.released("the quota had no call for it in time"), 0);
    }

    private void append(Claimed call, Outcome outcome, long heldMs) {
        journal.append(
                call.partition(),
                new Fact.Finished(call.request().key(), call.attempt(), call.epoch(), outcome, heldMs, clock.millis()));
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
    private record Claimed(int partition, Request request, Right right, int attempt, String epoch, long sinceMs) {
        boolean isLate(long nowMs) {
            return nowMs > request.deadlineMs() || nowMs - sinceMs > LONGEST_HOLD_MS;
        }
    }
}
