package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Agenda;
import io.fleetcommand.processor.core.Answer;
import io.fleetcommand.processor.core.Asker;
import io.fleetcommand.processor.core.Calls;
import io.fleetcommand.processor.core.Effect;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Fact;
import io.fleetcommand.processor.core.Gate;
import io.fleetcommand.processor.core.Journal;
import io.fleetcommand.processor.core.Ledger;
import io.fleetcommand.processor.core.Observation;
import io.fleetcommand.processor.core.Observer;
import io.fleetcommand.processor.core.Outcome;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.RequestKey;
import io.fleetcommand.processor.core.Right;
import io.fleetcommand.processor.core.Step;
import io.fleetcommand.processor.core.Variable;
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
final class Task implements Effect.Shell {
    /** How many turns or alarms are dealt with before the thread looks after its records again. */
    private static final int AT_ONCE = 200;
    /** How many polls a value goes along at once. */
    private static final int SHARED_AT_ONCE = 50;
    /** For how long a round deals with them at most, whatever they take: other tasks of the thread wait meanwhile. */
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    /** With so many requests under way, those whose deadlines have passed are closed a little later. */
    private static final int MOST_UNDER_WAY = 1_000;

    private final int partition;
    private final Ledger ledger;
    private final Entries entries;
    private final Observations observations;
    private final DeviceRests rests;
    private final Agenda agenda;
    private final Gate gate;
    private final Calls calls;
    private final Journal journal;
    private final Answers answers;
    private final Observer observer;
    private final LongSupplier nanoClock;
    /** Claims that are not read back yet, each of which holds a right to one call: by request. */
    private final Map<RequestKey, Claim> claims = new HashMap<>();

    /** Values that have been read and are still to be given to those who wait for them. */
    private final ValueSharing sharing;

    private final List<RequestKey> inherited = new ArrayList<>();
    private long lastSequence;

    Task(
            int partition,
            Ledger ledger,
            Entries entries,
            Observations observations,
            DeviceRests rests,
            Agenda agenda,
            Gate gate,
            Calls calls,
            Journal journal,
            Answers answers,
            Observer observer,
            LongSupplier nanoClock) {
        this.partition = partition;
        this.ledger = ledger;
        this.entries = entries;
        this.observations = observations;
        this.rests = rests;
        this.agenda = agenda;
        this.gate = gate;
        this.calls = calls;
        this.journal = journal;
        this.answers = answers;
        this.observer = observer;
        this.nanoClock = nanoClock;
        this.sharing = new ValueSharing(entries, ledger);
    }

    /** Learns from the store what an earlier epoch left to be done. */
    void takeOver(long nowMs) {
        entries.takeOver(entry -> {
            lastSequence = Math.max(lastSequence, entry.sequence());
            agenda.put(entry, nowMs);
            observer.found(entry);
            if (!ledger.inherited(entry, nowMs).next().equals(Optional.of(entry))) {
                inherited.add(entry.key());
            }
        });
    }

    void request(Request request, long nowMs) {
        Optional<Entry> known = entries.find(request.key());
        take(known, ledger.read(known, request, ++lastSequence, nowMs), nowMs);
        if (request.takesOlderValues()) {
            entries.find(request.key()).ifPresent(entry -> serve(entry, nowMs));
        }
    }

    void cancellation(RequestKey key, long nowMs) {
        Optional<Entry> known = entries.find(key);
        take(known, ledger.cancelled(known, key, nowMs), nowMs);
    }

    void fact(Fact fact, long nowMs) {
        Optional<Entry> known = entries.find(fact.key());
        take(known, ledger.told(known, fact, nowMs), nowMs);
        share(roundEnd(), nowMs);
    }

    /** Deals with what is due, and has its turn, as far as that can be done in a round. */
    void tick(long nowMs) {
        long endNanos = roundEnd();
        inherited.forEach(key -> {
            Entry entry = open(key);
            take(Optional.of(entry), ledger.inherited(entry, nowMs), nowMs);
        });
        inherited.clear();
        alarms(endNanos, nowMs);
        turns(endNanos, nowMs);
        share(endNanos, nowMs);
        deadlines(endNanos, nowMs);
        observer.resting(rests.resting());
    }

    /** Devices that nobody has called for long count as any other again, a bounded number at once. */
    void forgetRests(long nowMs) {
        rests.forgettable(nowMs).forEach(device -> reached(device, nowMs));
    }

    private long roundEnd() {
        return nanoClock.getAsLong() + ROUND_NANOS;
    }

    private boolean isOver(long endNanos) {
        return nanoClock.getAsLong() - endNanos >= 0;
    }

    private void alarms(long endNanos, long nowMs) {
        for (int done = 0; done < AT_ONCE && !isOver(endNanos); done++) {
            Optional<RequestKey> key = agenda.alarm(nowMs);
            if (key.isEmpty()) {
                return;
            }
            Entry entry = open(key.get());
            take(Optional.of(entry), ledger.wake(entry, nowMs), nowMs);
        }
    }

    /** Only those that wait are closed by the clock; what is under way looks at its deadline when it waits again. */
    private void deadlines(long endNanos, long nowMs) {
        // One at least: where every round is full, deadlines would never come.
        for (int done = 0; done < AT_ONCE && agenda.underWay() < MOST_UNDER_WAY; done++) {
            Optional<Entry> entry = done == 0 || !isOver(endNanos) ? entries.overdue(nowMs) : Optional.empty();
            if (entry.isEmpty()) {
                return;
            }
            if (entry.get().phase() == Phase.READY) {
                take(entry, ledger.wake(entry.get(), nowMs), nowMs);
            }
        }
    }

    private void turns(long endNanos, long nowMs) {
        for (int done = 0; done < AT_ONCE && (done == 0 || !isOver(endNanos)); done++) {
            List<Right> wanted = agenda.wanted(nowMs);
            if (wanted.isEmpty()) {
                gate.withdraw(partition);
                return;
            }
            Optional<Right> right = gate.tryEnter(partition, wanted);
            if (right.isEmpty()) {
                return;
            }
            grant(agenda.next(right.get(), nowMs).orElseThrow(), nowMs);
        }
    }

    private void grant(Agenda.Turn turn, long nowMs) {
        Entry entry = entries.at(turn.place()).orElseThrow();
        if (serve(entry, nowMs)) {
            gate.giveBack(turn.right());
            return;
        }
        Step step = ledger.granted(entry, turn.eligibleSinceMs(), nowMs);
        claims.put(entry.key(), new Claim(entry.attempts().high() + 1, turn.right()));
        take(Optional.of(entry), step, nowMs);
    }

    /** Gives a poll a value that was read already, if there is one that serves. */
    private boolean serve(Entry entry, long nowMs) {
        Optional<Observation> value = entry.request().flatMap(Variable::of).flatMap(observations::find);
        value.ifPresent(found -> take(Optional.of(entry), ledger.shared(entry, found, nowMs), nowMs));
        return value.filter(found -> ledger.isServed(entry, found, nowMs)).isPresent();
    }

    /** Gives values that have been read to those who wait for them, a bounded number at once. */
    private void share(long endNanos, long nowMs) {
        for (int done = 0; done < AT_ONCE && !sharing.isDone() && (done == 0 || !isOver(endNanos)); ) {
            ValueSharing.Batch batch = sharing.next(SHARED_AT_ONCE, nowMs);
            // The last one first: each time the first of a line leaves, the agenda looks for the next.
            for (int index = batch.served().size() - 1; index >= 0; index--) {
                Entry entry = batch.served().get(index);
                take(Optional.of(entry), ledger.shared(entry, batch.value(), nowMs), nowMs);
            }
            done += 1 + batch.seen();
        }
    }

    /** Gives back what was claimed and not begun. Calls in flight go on; their outcomes reach the next owner. */
    void handOver(long nowMs) {
        claims.forEach((key, claim) -> {
            journal.append(partition, ledger.handedOver(key, claim.attempt(), nowMs));
            gate.giveBack(claim.right());
        });
        claims.clear();
        observer.ended();
        gate.left(partition);
    }

    /** The only place that writes to the store. */
    private void take(Optional<Entry> known, Step step, long nowMs) {
        step.next().filter(next -> !known.equals(step.next())).ifPresent(next -> {
            entries.put(known, next);
            agenda.put(next, nowMs);
            observer.changed(known, next);
        });
        step.effects().forEach(effect -> effect.doWith(this));
        step.next()
                .filter(next -> next.phase() != Phase.CLAIMING)
                .flatMap(next -> Optional.ofNullable(claims.remove(next.key())))
                .ifPresent(claim -> gate.giveBack(claim.right()));
    }

    private Entry open(RequestKey key) {
        return entries.find(key)
                .orElseThrow(() -> new IllegalStateException("request " + key + " is on the agenda only"));
    }

    @Override
    public void append(Fact fact) {
        journal.append(partition, fact);
    }

    @Override
    public void start(Request request, int attempt) {
        Right right = claims.remove(request.key()).right();
        calls.start(partition, request, right, attempt, ledger.epoch());
    }

    @Override
    public void publish(Request request, List<Asker> others, Answer answer) {
        answers.publish(request, others, answer);
    }

    @Override
    public void repeat(Request request, Answer answer) {
        answers.repeat(request, answer);
    }

    @Override
    public void share(Request poll, Observation observation) {
        Variable variable = Variable.of(poll).orElseThrow();
        observations.put(variable, observation);
        sharing.add(variable, observation, agenda.polls(variable.deviceId()), lastSequence);
        answers.snapshot(poll, observation);
    }

    @Override
    public void backOff(String deviceId, Outcome.Kind kind, long atMs) {
        rests.backOff(deviceId, kind, atMs);
        agenda.restChanged(deviceId, atMs);
    }

    @Override
    public void reached(String deviceId, long atMs) {
        if (rests.reached(deviceId)) {
            agenda.restChanged(deviceId, atMs);
        }
    }

    /** A claim that was appended, with its right to a call. */
    private record Claim(int attempt, Right right) {}
}
