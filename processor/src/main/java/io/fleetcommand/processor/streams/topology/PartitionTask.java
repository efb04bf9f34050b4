package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.ledger.Effect;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Ledger;
import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.ledger.Step;
import io.fleetcommand.processor.core.ports.CallLimiter;
import io.fleetcommand.processor.core.ports.CallScheduler;
import io.fleetcommand.processor.core.ports.CallStarter;
import io.fleetcommand.processor.core.ports.Journal;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.VariableId;
import io.fleetcommand.processor.streams.store.DeviceBackoffStore;
import io.fleetcommand.processor.streams.store.LedgerStore;
import io.fleetcommand.processor.streams.store.ReadingCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One ownership of one partition, from its start to its hand-over: carries each piece of news to the rules and does
 * what they say. Owned by its stream thread.
 */
final class PartitionTask implements Effect.Handler {
    /** How many turns or alarms are dealt with before the thread looks after its records again. */
    private static final int AT_ONCE = 200;
    /** How many polls a value goes along at once. */
    private static final int SHARED_AT_ONCE = 50;
    /** For how long a round deals with them at most, whatever they take: other tasks of the thread wait meanwhile. */
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    /** With so many requests under way, those whose deadlines have passed are closed a little later. */
    private static final int MAX_UNDER_WAY = 1_000;

    private final int partition;
    private final Ledger ledger;
    private final LedgerStore store;
    private final ReadingCache observations;
    private final DeviceBackoffStore rests;
    private final CallScheduler scheduler;
    private final CallLimiter limiter;
    private final CallStarter calls;
    private final Journal journal;
    private final ResultPublisher results;
    private final RequestObserver observer;
    private final LongSupplier nanoClock;
    /** Claims that are not read back yet, each of which holds a right to one call: by request. */
    private final Map<RequestKey, Claim> claims = new HashMap<>();

    /** Values that have been read and are still to be given to those who wait for them. */
    private final ValueSharing sharing;

    private final List<RequestKey> inherited = new ArrayList<>();
    private long lastSequence;

    PartitionTask(
            int partition,
            Ledger ledger,
            LedgerStore store,
            ReadingCache observations,
            DeviceBackoffStore rests,
            CallScheduler scheduler,
            CallLimiter limiter,
            CallStarter calls,
            Journal journal,
            ResultPublisher results,
            RequestObserver observer,
            LongSupplier nanoClock) {
        this.partition = partition;
        this.ledger = ledger;
        this.store = store;
        this.observations = observations;
        this.rests = rests;
        this.scheduler = scheduler;
        this.limiter = limiter;
        this.calls = calls;
        this.journal = journal;
        this.results = results;
        this.observer = observer;
        this.nanoClock = nanoClock;
        this.sharing = new ValueSharing(store, ledger);
    }

    /** Learns from the store what an earlier epoch left to be done. */
    void takeOver(long nowMs) {
        store.takeOver(entry -> {
            lastSequence = Math.max(lastSequence, entry.sequence());
            scheduler.put(entry, nowMs);
            observer.found(entry);
            if (!ledger.onRestore(entry, nowMs).next().equals(Optional.of(entry))) {
                inherited.add(entry.key());
            }
        });
    }

    void request(Request request, long nowMs) {
        Optional<LedgerEntry> known = store.find(request.key());
        take(known, ledger.onRequest(known, request, ++lastSequence, nowMs), nowMs);
        if (request.takesOlderValues()) {
            store.find(request.key()).ifPresent(entry -> serve(entry, nowMs));
        }
    }

    void cancellation(RequestKey key, long nowMs) {
        Optional<LedgerEntry> known = store.find(key);
        take(known, ledger.onCancellation(known, key, nowMs), nowMs);
    }

    void fact(JournalEvent event, long nowMs) {
        Optional<LedgerEntry> known = store.find(event.key());
        take(known, ledger.onJournalEvent(known, event, nowMs), nowMs);
        share(roundEnd(), nowMs);
    }

    /** Deals with what is due, and has its turn, as far as that can be done in a round. */
    void tick(long nowMs) {
        long endNanos = roundEnd();
        inherited.forEach(key -> {
            LedgerEntry entry = open(key);
            take(Optional.of(entry), ledger.onRestore(entry, nowMs), nowMs);
        });
        inherited.clear();
        fireTimers(endNanos, nowMs);
        startCalls(endNanos, nowMs);
        share(endNanos, nowMs);
        deadlines(endNanos, nowMs);
        observer.backingOff(rests.resting());
    }

    /** Devices that nobody has called for long count as any other again, a bounded number at once. */
    void forgetBackoffs(long nowMs) {
        rests.forgettable(nowMs).forEach(device -> reached(device, nowMs));
    }

    private long roundEnd() {
        return nanoClock.getAsLong() + ROUND_NANOS;
    }

    private boolean isOver(long endNanos) {
        return nanoClock.getAsLong() - endNanos >= 0;
    }

    private void fireTimers(long endNanos, long nowMs) {
        for (int done = 0; done < AT_ONCE && !isOver(endNanos); done++) {
            Optional<RequestKey> key = scheduler.nextTimer(nowMs);
            if (key.isEmpty()) {
                return;
            }
            LedgerEntry entry = open(key.get());
            take(Optional.of(entry), ledger.onTimer(entry, nowMs), nowMs);
        }
    }

    /** Only those that wait are closed by the clock; what is under way looks at its deadline when it waits again. */
    private void deadlines(long endNanos, long nowMs) {
        // One at least: where every round is full, deadlines would never come.
        for (int done = 0; done < AT_ONCE && scheduler.inProgress() < MAX_UNDER_WAY; done++) {
            Optional<LedgerEntry> entry = done == 0 || !isOver(endNanos) ? store.overdue(nowMs) : Optional.empty();
            if (entry.isEmpty()) {
                return;
            }
            if (entry.get().phase() == RequestPhase.READY) {
                take(entry, ledger.onTimer(entry.get(), nowMs), nowMs);
            }
        }
    }

    private void startCalls(long endNanos, long nowMs) {
        for (int done = 0; done < AT_ONCE && (done == 0 || !isOver(endNanos)); done++) {
            List<Permit> wanted = scheduler.wanted(nowMs);
            if (wanted.isEmpty()) {
                limiter.idle(partition);
                return;
            }
            Optional<Permit> permit = limiter.tryReserve(partition, wanted);
            if (permit.isEmpty()) {
                return;
            }
            grant(scheduler.next(permit.get(), nowMs).orElseThrow(), nowMs);
        }
    }

    private void grant(CallScheduler.Turn turn, long nowMs) {
        LedgerEntry entry = store.at(turn.position()).orElseThrow();
        if (serve(entry, nowMs)) {
            limiter.release(turn.permit());
            return;
        }
        Step step = ledger.onPermit(entry, turn.eligibleSinceMs(), nowMs);
        claims.put(entry.key(), new Claim(entry.attempts().high() + 1, turn.permit()));
        take(Optional.of(entry), step, nowMs);
    }

    /** Gives a poll a value that was read already, if there is one that serves. */
    private boolean serve(LedgerEntry entry, long nowMs) {
        Optional<CachedReading> value = entry.request().flatMap(VariableId::of).flatMap(observations::find);
        value.ifPresent(found -> take(Optional.of(entry), ledger.onCoalescedRead(entry, found, nowMs), nowMs));
        return value.filter(found -> ledger.isServed(entry, found, nowMs)).isPresent();
    }

    /** Gives values that have been read to those who wait for them, a bounded number at once. */
    private void share(long endNanos, long nowMs) {
        for (int done = 0; done < AT_ONCE && !sharing.isDone() && (done == 0 || !isOver(endNanos)); ) {
            ValueSharing.Batch batch = sharing.next(SHARED_AT_ONCE, nowMs);
            // The last one first: each time the first of a line leaves, the agenda looks for the next.
            for (int index = batch.served().size() - 1; index >= 0; index--) {
                LedgerEntry entry = batch.served().get(index);
                take(Optional.of(entry), ledger.onCoalescedRead(entry, batch.value(), nowMs), nowMs);
            }
            done += 1 + batch.seen();
        }
    }

    /** Gives back what was claimed and not begun. Calls in flight go on; their outcomes reach the next owner. */
    void handOver(long nowMs) {
        claims.forEach((key, claim) -> {
            journal.append(partition, ledger.release(key, claim.attempt(), nowMs));
            limiter.release(claim.permit());
        });
        claims.clear();
        observer.ended();
        limiter.taskClosed(partition);
    }

    /** The only place that writes to the store. */
    private void take(Optional<LedgerEntry> known, Step step, long nowMs) {
        step.next().filter(next -> !known.equals(step.next())).ifPresent(next -> {
            store.put(known, next);
            scheduler.put(next, nowMs);
            observer.changed(known, next);
        });
        step.effects().forEach(effect -> effect.applyTo(this));
        step.next()
                .filter(next -> next.phase() != RequestPhase.CLAIMING)
                .flatMap(next -> Optional.ofNullable(claims.remove(next.key())))
                .ifPresent(claim -> limiter.release(claim.permit()));
    }

    private LedgerEntry open(RequestKey key) {
        return store.find(key)
                .orElseThrow(() -> new IllegalStateException("request " + key + " is on the agenda only"));
    }

    @Override
    public void append(JournalEvent event) {
        journal.append(partition, event);
    }

    @Override
    public void start(Request request, int attempt) {
        Permit permit = claims.remove(request.key()).permit();
        calls.start(partition, request, permit, attempt, ledger.epoch());
    }

    @Override
    public void publish(Request request, List<Asker> others, Result result) {
        results.publish(request, others, result);
    }

    @Override
    public void repeat(Request request, Result result) {
        results.repeat(request, result);
    }

    @Override
    public void share(Request poll, CachedReading reading) {
        VariableId variable = VariableId.of(poll).orElseThrow();
        observations.put(variable, reading);
        sharing.add(variable, reading, scheduler.polls(variable.deviceId()), lastSequence);
        results.snapshot(poll, reading);
    }

    @Override
    public void backOff(String deviceId, Outcome.Kind kind, long atMs) {
        rests.backOff(deviceId, kind, atMs);
        scheduler.backoffChanged(deviceId, atMs);
    }

    @Override
    public void reached(String deviceId, long atMs) {
        if (rests.reached(deviceId)) {
            scheduler.backoffChanged(deviceId, atMs);
        }
    }

    /** A claim that was appended, with its right to a call. */
    private record Claim(int attempt, Permit permit) {}
}
