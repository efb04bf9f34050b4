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
import io.fleetcommand.processor.core.ports.CallScheduler.Turn;
import io.fleetcommand.processor.core.ports.CallStarter;
import io.fleetcommand.processor.core.ports.Journal;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.VariableId;
import io.fleetcommand.processor.streams.store.DeviceBackoffStore;
import io.fleetcommand.processor.streams.store.LedgerStore;
import io.fleetcommand.processor.streams.store.ReadingCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One ownership of a partition, from restore to release: passes each event to the ledger, stores the new state and
 * executes the effects. Confined to its stream thread.
 */
final class PartitionTask implements Effect.Handler {
    /** Maximum number of timers, call starts and shared values per round, before the thread reads records again. */
    private static final int MAX_PER_ROUND = 200;
    /** Queue positions that a shared value visits in one batch. */
    private static final int SHARE_BATCH = 50;
    /** Maximum duration of a round: the other tasks of the thread wait meanwhile. */
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private final int partition;
    private final Ledger ledger;
    private final LedgerStore store;
    private final ReadingCache readings;
    private final DeviceBackoffStore backoffs;
    private final CallScheduler scheduler;
    private final CallLimiter limiter;
    private final CallStarter calls;
    private final Journal journal;
    private final ResultPublisher results;
    private final RequestObserver observer;
    private final LongSupplier nanoClock;
    private final PendingClaims claims = new PendingClaims();
    private final TerminationLimit terminations = new TerminationLimit();
    /** Values that were read and are being shared with waiting polls. */
    private final ValueSharing sharing;

    private final List<RequestKey> restored = new ArrayList<>();
    private long lastSequence;

    PartitionTask(
            int partition,
            Ledger ledger,
            LedgerStore store,
            ReadingCache readings,
            DeviceBackoffStore backoffs,
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
        this.readings = readings;
        this.backoffs = backoffs;
        this.scheduler = scheduler;
        this.limiter = limiter;
        this.calls = calls;
        this.journal = journal;
        this.results = results;
        this.observer = observer;
        this.nanoClock = nanoClock;
        this.sharing = new ValueSharing(store, ledger);
    }

    /** Restores the state that an earlier epoch left in the store. */
    void restore(long nowMs) {
        store.restore(entry -> {
            lastSequence = Math.max(lastSequence, entry.sequence());
            scheduler.put(entry, nowMs);
            terminations.found(entry);
            observer.found(entry);
            if (!ledger.onRestore(entry, nowMs).next().equals(Optional.of(entry))) {
                restored.add(entry.key());
            }
        });
    }

    void request(Request request, long nowMs) {
        Optional<LedgerEntry> known = store.find(request.key());
        apply(known, ledger.onRequest(known, request, ++lastSequence, nowMs), nowMs);
        if (request.takesOlderValues()) {
            store.find(request.key()).ifPresent(entry -> serve(entry, nowMs));
        }
    }

    void cancellation(RequestKey key, long nowMs) {
        Optional<LedgerEntry> known = store.find(key);
        apply(known, ledger.onCancellation(known, key, nowMs), nowMs);
    }

    void journalEvent(JournalEvent event, long nowMs) {
        Optional<LedgerEntry> known = store.find(event.key());
        apply(known, ledger.onJournalEvent(known, event, nowMs), nowMs);
        share(roundEndNanos(), nowMs);
    }

    /** Runs due timers and starts calls, within the time limit of a round. */
    void tick(long nowMs) {
        long endNanos = roundEndNanos();
        restored.forEach(key -> {
            LedgerEntry entry = open(key);
            apply(Optional.of(entry), ledger.onRestore(entry, nowMs), nowMs);
        });
        restored.clear();
        fireTimers(endNanos, nowMs);
        startCalls(endNanos, nowMs);
        share(endNanos, nowMs);
        terminateOverdue(endNanos, nowMs);
        observer.backingOff(backoffs.count());
    }

    /** Ends the back-off state of devices that were not called for long, a bounded number per call. */
    void forgetBackoffs(long nowMs) {
        backoffs.forgettable(nowMs).forEach(device -> reached(device, nowMs));
    }

    private long roundEndNanos() {
        return nanoClock.getAsLong() + ROUND_NANOS;
    }

    private boolean isPast(long endNanos) {
        return nanoClock.getAsLong() - endNanos >= 0;
    }

    private void fireTimers(long endNanos, long nowMs) {
        for (int done = 0; done < MAX_PER_ROUND && !isPast(endNanos); done++) {
            Optional<RequestKey> key = scheduler.nextTimer(nowMs);
            if (key.isEmpty()) {
                return;
            }
            LedgerEntry entry = open(key.get());
            apply(Optional.of(entry), ledger.onTimer(entry, nowMs), nowMs);
        }
    }

    /**
     * Terminates overdue requests. Only READY requests are terminated by their deadline; one in progress checks it when
     * it becomes READY again.
     */
    private void terminateOverdue(long endNanos, long nowMs) {
        // At least one, or deadlines would starve if every round is full.
        for (int done = 0; done < MAX_PER_ROUND && !terminations.isReached(); done++) {
            Optional<LedgerEntry> entry = done == 0 || !isPast(endNanos) ? store.overdue(nowMs) : Optional.empty();
            if (entry.isEmpty()) {
                return;
            }
            if (entry.get().phase() == RequestPhase.READY) {
                apply(entry, ledger.onTimer(entry.get(), nowMs), nowMs);
            }
        }
    }

    private void startCalls(long endNanos, long nowMs) {
        for (int done = 0; done < MAX_PER_ROUND && (done == 0 || !isPast(endNanos)); done++) {
            Optional<Turn> turn = scheduler.next(wanted -> limiter.tryReserve(partition, wanted), nowMs);
            if (turn.isEmpty()) {
                return;
            }
            startCall(turn.get(), nowMs);
        }
    }

    private void startCall(Turn turn, long nowMs) {
        LedgerEntry entry = store.at(turn.position()).orElseThrow();
        claims.add(entry.key(), entry.attempts().high() + 1, turn.permit());
        if (!serve(entry, nowMs)) {
            apply(Optional.of(entry), ledger.onPermit(entry, turn.eligibleSinceMs(), nowMs), nowMs);
        }
    }

    /**
     * Answers a poll with a cached value, if one is fresh enough.
     *
     * @return whether it did
     */
    private boolean serve(LedgerEntry entry, long nowMs) {
        Optional<CachedReading> value = entry.request()
                .flatMap(VariableId::of)
                .flatMap(readings::find)
                .filter(found -> ledger.isServed(entry, found, nowMs));
        value.ifPresent(found -> apply(Optional.of(entry), ledger.onCoalescedRead(entry, found, nowMs), nowMs));
        return value.isPresent();
    }

    /** Shares values that were read with the polls that wait for them, a bounded number per call. */
    private void share(long endNanos, long nowMs) {
        for (int done = 0; done < MAX_PER_ROUND && !sharing.isDone() && (done == 0 || !isPast(endNanos)); ) {
            ValueSharing.Batch batch = sharing.next(SHARE_BATCH, nowMs);
            // In reverse order: whenever the head of a queue leaves, the scheduler looks up its next request.
            for (int index = batch.served().size() - 1; index >= 0; index--) {
                LedgerEntry entry = batch.served().get(index);
                apply(Optional.of(entry), ledger.onCoalescedRead(entry, batch.value(), nowMs), nowMs);
            }
            done += 1 + batch.seen();
        }
    }

    /**
     * Releases claims whose calls were not started. Calls in flight go on; their outcomes reach the next owner through
     * the journal.
     */
    void release(long nowMs) {
        claims.dropAll((key, attempt) -> journal.append(partition, ledger.release(key, attempt, nowMs)));
        observer.ended();
        limiter.taskClosed(partition);
    }

    /**
     * Applies a step: stores the entry, executes the effects and drops a claim that leads to no call. The only place
     * that writes to the ledger store.
     */
    private void apply(Optional<LedgerEntry> known, Step step, long nowMs) {
        step.next().filter(next -> !known.equals(step.next())).ifPresent(next -> {
            store.put(known, next);
            scheduler.put(next, nowMs);
            terminations.changed(known, next);
            observer.changed(known, next);
        });
        step.effects().forEach(effect -> effect.applyTo(this));
        step.next().filter(next -> next.phase() != RequestPhase.CLAIMING).ifPresent(next -> claims.drop(next.key()));
    }

    private LedgerEntry open(RequestKey key) {
        return store.find(key)
                .orElseThrow(() -> new IllegalStateException("request " + key + " is scheduled, but not in the store"));
    }

    @Override
    public void append(JournalEvent event) {
        journal.append(partition, event);
    }

    @Override
    public void start(Request request, int attempt) {
        calls.start(partition, request, claims.start(request.key()), attempt, ledger.epoch());
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
        readings.put(variable, reading);
        sharing.add(variable, reading, scheduler.polls(variable.deviceId()), lastSequence);
        results.snapshot(poll, reading);
    }

    @Override
    public void backOff(String deviceId, Outcome.Kind kind, long atMs) {
        scheduler.backOff(deviceId, backoffs.backOff(deviceId, kind, atMs), atMs);
    }

    @Override
    public void reached(String deviceId, long atMs) {
        if (backoffs.reached(deviceId)) {
            scheduler.endBackoff(deviceId, atMs);
        }
    }
}
