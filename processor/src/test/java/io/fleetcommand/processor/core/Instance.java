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
    private final Map<String, Entry> entries;
    private final Map<Variable, Observation> observations;
    private final List<String> snapshots = new ArrayList<>();
    private final Map<String, Integer> claims = new HashMap<>();
    private final List<Answered> answers = new ArrayList<>();
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
        for (String id : List.copyOf(entries.keySet())) {
            if (entries.get(id).isOpen()) {
                take(id, ledger.inherited(entries.get(id), world.nowMs));
            }
        }
    }

    private record Answered(Request request, Answer answer) {}

    void readInput() {
        if (left || inputPosition == world.inputs.size()) {
            return;
        }
        World.Input input = world.inputs.get(inputPosition++);
        if (input instanceof World.Input.Asked asked) {
            String id = asked.request().id();
            take(id, ledger.read(known(id), asked.request(), ++sequence, world.nowMs));
            if (asked.request().takesOlderValues()) {
                serve(id);
            }
        } else {
            String id = ((World.Input.CalledOff) input).requestId();
            take(id, ledger.cancelled(known(id), id, world.nowMs));
        }
    }

    void readJournal() {
        if (!left && journalPosition < world.log.size()) {
            Fact fact = world.log.get(journalPosition++);
            take(fact.requestId(), ledger.told(known(fact.requestId()), fact, world.nowMs));
        }
    }

    void alarms() {
        for (String id : List.copyOf(entries.keySet())) {
            Entry entry = entries.get(id);
            if (!left && entry.isOpen() && entry.alarmMs() <= world.nowMs) {
                take(id, ledger.wake(entry, world.nowMs));
            }
        }
    }

    void turns() {
        for (String id : List.copyOf(entries.keySet())) {
            Entry entry = entries.get(id);
            if (!left && entry.isDueAt(world.nowMs) && !serve(id)) {
                Step step = ledger.granted(entry, world.nowMs, world.nowMs);
                claims.put(id, entry.attempts().high() + 1);
                take(id, step);
            }
        }
    }

    void release() {
        claims.forEach((id, attempt) -> pending.add(ledger.handedOver(id, attempt, world.nowMs)));
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
        snapshots.forEach(id -> world.snapshots.merge(id, 1, Integer::sum));
        snapshots.clear();
        answers.forEach(answered -> world.committed
                .computeIfAbsent(answered.request().id(), none -> new ArrayList<>())
                .add(answered.answer()));
        answers.clear();
    }

    boolean isDone() {
        return inputPosition == world.inputs.size()
                && journalPosition == world.log.size()
                && entries.values().stream().noneMatch(Entry::isOpen);
    }

    private Optional<Entry> known(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    private void take(String id, Step step) {
        step.next().ifPresent(next -> entries.put(id, next));
        step.effects().forEach(effect -> effect.doWith(this));
        step.next().filter(next -> next.phase() != Phase.CLAIMING).ifPresent(next -> claims.remove(id));
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
    public void publish(Request request, Answer answer) {
        if (answer.status() != Status.CONFLICT) {
            answers.add(new Answered(request, answer));
        }
    }

    /** Some of those who wait are served at once, others when their turn comes: whatever is near, or in memory. */
    @Override
    public void share(Request poll, Observation observation) {
        snapshots.add(poll.id());
        observations.put(Variable.of(poll).orElseThrow(), observation);
        List.copyOf(entries.keySet()).stream()
                .filter(id -> !id.equals(poll.id()) && world.chance(0.7))
                .forEach(this::serve);
    }

    private boolean serve(String id) {
        Entry entry = entries.get(id);
        Optional<Observation> value = entry.request().flatMap(Variable::of).map(observations::get);
        value.ifPresent(found -> take(id, ledger.shared(entry, found, world.nowMs)));
        return entries.get(id).isAnswered();
    }

    @Override
    public void backOff(String deviceId, Outcome.Kind kind, long atMs) {
        // Here every request has a device of its own.
    }

    @Override
    public void reached(String deviceId, long atMs) {
        // As above.
    }

    @Override
    public void repeat(Request request, Answer answer) {
        // A copy for the one who asked again; the answer itself was published once.
    }
}
