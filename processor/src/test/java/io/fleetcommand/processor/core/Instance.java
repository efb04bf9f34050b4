package io.fleetcommand.processor.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One instance's run of the task: a working copy of the ledger over what was committed when it started. */
final class Instance implements Effect.Shell {
    final List<Fact> pending = new ArrayList<>();
    private final World world;
    private final Ledger ledger;
    private final Map<RequestKey, Entry> entries;
    private final Map<Variable, Observation> observations;
    private final List<RequestKey> snapshots = new ArrayList<>();
    private final Map<RequestKey, Integer> claims = new HashMap<>();
    private final List<Answered> answers = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();
    private int inputPosition;
    private int journalPosition;
    private long sequence;
    private boolean left;

    Instance(World world, String epoch) {
        this.world = world;
        this.ledger = new Ledger(World.POLICY, epoch, world.random::nextDouble);
        this.entries = new HashMap<>(world.latest.entries());
        this.observations = new HashMap<>(world.latest.observations());
        this.inputPosition = world.latest.inputPosition();
        this.journalPosition = world.latest.journalPosition();
        for (RequestKey key : List.copyOf(entries.keySet())) {
            if (entries.get(key).isOpen()) {
                take(key, ledger.inherited(entries.get(key), world.nowMs));
            }
        }
    }

    private record Answered(Request request, Answer answer) {}

    private record Told(RequestKey key, ReplyTo address) {}

    void readInput() {
        if (left || inputPosition == world.inputs.size()) {
            return;
        }
        World.Input input = world.inputs.get(inputPosition++);
        if (input instanceof World.Input.Asked asked) {
            RequestKey key = asked.request().key();
            take(key, ledger.read(known(key), asked.request(), ++sequence, world.nowMs));
            if (asked.request().takesOlderValues()) {
                serve(key);
            }
        } else {
            RequestKey key = ((World.Input.CalledOff) input).key();
            take(key, ledger.cancelled(known(key), key, world.nowMs));
        }
    }

    void readJournal() {
        if (!left && journalPosition < world.log.size()) {
            Fact fact = world.log.get(journalPosition++);
            take(fact.key(), ledger.told(known(fact.key()), fact, world.nowMs));
        }
    }

    void alarms() {
        for (RequestKey key : List.copyOf(entries.keySet())) {
            Entry entry = entries.get(key);
            if (!left && entry.isOpen() && entry.alarmMs() <= world.nowMs) {
                take(key, ledger.wake(entry, world.nowMs));
            }
        }
    }

    void turns() {
        for (RequestKey key : List.copyOf(entries.keySet())) {
            Entry entry = entries.get(key);
            if (!left && entry.isDueAt(world.nowMs) && !serve(key)) {
                Step step = ledger.granted(entry, world.nowMs, world.nowMs);
                claims.put(key, entry.attempts().high() + 1);
                take(key, step);
            }
        }
    }

    void release() {
        claims.forEach((key, attempt) -> pending.add(ledger.handedOver(key, attempt, world.nowMs)));
        claims.clear();
    }

    void leaves() {
        left = true;
    }

    /** All or nothing; a zombie's commit is refused, and it ends there. */
    void commit() {
        if (this != world.owner) {
            left = true;
            return;
        }
        world.latest = new World.Commit(Map.copyOf(entries), Map.copyOf(observations), inputPosition, journalPosition);
        snapshots.forEach(key -> world.snapshots.merge(key, 1, Integer::sum));
        snapshots.clear();
        answers.forEach(answered -> world.committed
                .computeIfAbsent(answered.request().key(), none -> new ArrayList<>())
                .add(answered.answer()));
        answers.clear();
        told.forEach(each -> world.told
                .computeIfAbsent(each.key(), none -> new ArrayList<>())
                .add(each.address()));
        told.clear();
    }

    boolean isDone() {
        return inputPosition == world.inputs.size()
                && journalPosition == world.log.size()
                && entries.values().stream().noneMatch(Entry::isOpen);
    }

    private Optional<Entry> known(RequestKey key) {
        return Optional.ofNullable(entries.get(key));
    }

    private void take(RequestKey key, Step step) {
        step.next().ifPresent(next -> entries.put(key, next));
        step.effects().forEach(effect -> effect.doWith(this));
        step.next().filter(next -> next.phase() != Phase.CLAIMING).ifPresent(next -> claims.remove(key));
    }

    @Override
    public void append(Fact fact) {
        pending.add(fact);
    }

    @Override
    public void start(Request request, int attempt) {
        world.call(this, request, attempt, ledger.epoch());
    }

    @Override
    public void publish(Request request, List<Asker> others, Answer answer) {
        if (answer.status() != Status.CONFLICT) {
            answers.add(new Answered(request, answer));
            told.add(new Told(request.key(), request.replyTo()));
            others.forEach(asker -> told.add(new Told(request.key(), asker.replyTo())));
        }
    }

    /** Some of those who wait are served at once, others when their turn comes: whatever is near, or in memory. */
    @Override
    public void share(Request poll, Observation observation) {
        snapshots.add(poll.key());
        observations.put(Variable.of(poll).orElseThrow(), observation);
        List.copyOf(entries.keySet()).stream()
                .filter(key -> !key.equals(poll.key()) && world.chance(0.7))
                .forEach(this::serve);
    }

    private boolean serve(RequestKey key) {
        Entry entry = entries.get(key);
        Optional<Observation> value = entry.request().flatMap(Variable::of).map(observations::get);
        value.ifPresent(found -> take(key, ledger.shared(entry, found, world.nowMs)));
        return entries.get(key).isAnswered();
    }

    @Override
    public void backOff(String deviceId, Outcome.Kind kind, long atMs) {
        // Here devices do not rest.
    }

    @Override
    public void reached(String deviceId, long atMs) {
        // As above.
    }

    @Override
    public void repeat(Request request, Answer answer) {
        told.add(new Told(request.key(), request.replyTo()));
    }
}
