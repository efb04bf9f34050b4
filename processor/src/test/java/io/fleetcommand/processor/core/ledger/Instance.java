package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.VariableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One instance's run of the task: a working copy of the ledger, starting from the last commit. */
final class Instance implements Effect.Handler {
    final List<JournalEvent> pending = new ArrayList<>();
    private final World world;
    private final Ledger ledger;
    private final Map<RequestKey, LedgerEntry> entries;
    private final Map<VariableId, CachedReading> readings;
    private final List<RequestKey> snapshots = new ArrayList<>();
    private final Map<RequestKey, Integer> claims = new HashMap<>();
    private final List<Finished> results = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private int inputPosition;
    private int journalPosition;
    private long sequence;
    private boolean closed;

    Instance(World world, String epoch) {
        this.world = world;
        this.ledger = new Ledger(World.TIMEOUTS, epoch, world.random::nextDouble);
        this.entries = new HashMap<>(world.latest.entries());
        this.readings = new HashMap<>(world.latest.readings());
        this.inputPosition = world.latest.inputPosition();
        this.journalPosition = world.latest.journalPosition();
        for (RequestKey key : List.copyOf(entries.keySet())) {
            if (entries.get(key).isOpen()) {
                take(key, ledger.onRestore(entries.get(key), world.nowMs));
            }
        }
    }

    private record Finished(Request request, Result result) {}

    private record Delivery(RequestKey key, ReplyTo address) {}

    void readInput() {
        if (closed || inputPosition == world.inputs.size()) {
            return;
        }
        World.Input input = world.inputs.get(inputPosition++);
        if (input instanceof World.Input.RequestRecord record) {
            RequestKey key = record.request().key();
            take(key, ledger.onRequest(known(key), record.request(), ++sequence, world.nowMs));
            if (record.request().takesOlderValues()) {
                serve(key);
            }
        } else {
            RequestKey key = ((World.Input.CancellationRecord) input).key();
            take(key, ledger.onCancellation(known(key), key, world.nowMs));
        }
    }

    void readJournal() {
        if (!closed && journalPosition < world.log.size()) {
            JournalEvent event = world.log.get(journalPosition++);
            take(event.key(), ledger.onJournalEvent(known(event.key()), event, world.nowMs));
        }
    }

    void fireTimers() {
        for (RequestKey key : List.copyOf(entries.keySet())) {
            LedgerEntry entry = entries.get(key);
            if (!closed && entry.isOpen() && entry.timerMs() <= world.nowMs) {
                take(key, ledger.onTimer(entry, world.nowMs));
            }
        }
    }

    void startCalls() {
        for (RequestKey key : List.copyOf(entries.keySet())) {
            LedgerEntry entry = entries.get(key);
            if (!closed && entry.isDueAt(world.nowMs) && !serve(key)) {
                Step step = ledger.onPermit(entry, world.nowMs, world.nowMs);
                claims.put(key, entry.attempts().high() + 1);
                take(key, step);
            }
        }
    }

    void release() {
        claims.forEach((key, attempt) -> pending.add(ledger.release(key, attempt, world.nowMs)));
        claims.clear();
    }

    void close() {
        closed = true;
    }

    /** Commits everything or nothing; a zombie's commit is rejected, and it ends there. */
    void commit() {
        if (this != world.owner) {
            closed = true;
            return;
        }
        world.latest = new World.Commit(Map.copyOf(entries), Map.copyOf(readings), inputPosition, journalPosition);
        snapshots.forEach(key -> world.snapshots.merge(key, 1, Integer::sum));
        snapshots.clear();
        results.forEach(finished -> world.committed
                .computeIfAbsent(finished.request().key(), none -> new ArrayList<>())
                .add(finished.result()));
        results.clear();
        deliveries.forEach(each -> world.resultAddresses
                .computeIfAbsent(each.key(), none -> new ArrayList<>())
                .add(each.address()));
        deliveries.clear();
    }

    boolean isDone() {
        return inputPosition == world.inputs.size()
                && journalPosition == world.log.size()
                && entries.values().stream().noneMatch(LedgerEntry::isOpen);
    }

    private Optional<LedgerEntry> known(RequestKey key) {
        return Optional.ofNullable(entries.get(key));
    }

    private void take(RequestKey key, Step step) {
        step.next().ifPresent(next -> entries.put(key, next));
        step.effects().forEach(effect -> effect.applyTo(this));
        step.next().filter(next -> next.phase() != RequestPhase.CLAIMING).ifPresent(next -> claims.remove(key));
    }

    @Override
    public void append(JournalEvent event) {
        pending.add(event);
    }

    @Override
    public void start(Request request, int attempt) {
        world.call(this, request, attempt, ledger.epoch());
    }

    @Override
    public void publish(Request request, List<Asker> others, Result result) {
        if (result.status() != Status.CONFLICT) {
            results.add(new Finished(request, result));
            deliveries.add(new Delivery(request.key(), request.replyTo()));
            others.forEach(asker -> deliveries.add(new Delivery(request.key(), asker.replyTo())));
        }
    }

    /** Serves some waiting polls at once and leaves others until their turn, as a bounded batch would. */
    @Override
    public void share(Request poll, CachedReading reading) {
        snapshots.add(poll.key());
        readings.put(VariableId.of(poll).orElseThrow(), reading);
        List.copyOf(entries.keySet()).stream()
                .filter(key -> !key.equals(poll.key()) && world.chance(0.7))
                .forEach(this::serve);
    }

    private boolean serve(RequestKey key) {
        LedgerEntry entry = entries.get(key);
        Optional<CachedReading> value = entry.request().flatMap(VariableId::of).map(readings::get);
        value.ifPresent(found -> take(key, ledger.onCoalescedRead(entry, found, world.nowMs)));
        return entries.get(key).isFinal();
    }

    @Override
    public void backOff(String deviceId, Outcome.Kind kind, long atMs) {
        // Devices do not back off here.
    }

    @Override
    public void reached(String deviceId, long atMs) {
        // Devices do not back off here.
    }

    @Override
    public void repeat(Request request, Result result) {
        deliveries.add(new Delivery(request.key(), request.replyTo()));
    }
}
