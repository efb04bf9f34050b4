package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.processor.core.request.VariableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * One partition, its journal, the device cloud and the instances that believe they own the partition, all driven by one
 * random source and one made-up clock. An instance that lost the partition lives on as a zombie: it reads, appends and
 * calls, and only cannot commit.
 */
final class World {
    static final LedgerTimeouts POLICY = new LedgerTimeouts(
            40, 20, 30, 1_000_000, 1_000_000, new Backoff(5, 2, 50, 0.5), new Backoff(5, 2, 50, 0.5));

    final Random random;
    final List<Input> inputs = new ArrayList<>();
    final List<JournalEvent> log = new ArrayList<>();
    final Map<RequestKey, List<Result>> committed = new HashMap<>();
    /** By request: where its answer was sent, as often as it was. */
    final Map<RequestKey, List<ReplyTo>> told = new HashMap<>();

    final Map<RequestKey, Integer> calls = new HashMap<>();
    final Map<RequestKey, Integer> runs = new HashMap<>();
    final Map<RequestKey, Integer> uncertain = new HashMap<>();
    /** By request: how often what its call had read was published. */
    final Map<RequestKey, Integer> snapshots = new HashMap<>();
    /** What devices said, each value another: which poll's call read it, and when it ended. */
    final Map<Value, ReadValue> values = new HashMap<>();

    final List<Call> inFlight = new ArrayList<>();
    final List<Instance> zombies = new ArrayList<>();
    Commit latest = new Commit(Map.of(), Map.of(), 0, 0);
    Instance owner;
    long nowMs;
    private int epochs;
    private int reads;

    World(Random random) {
        this.random = random;
        this.owner = start();
    }

    /** What one partition's records can be. */
    sealed interface Input {
        record Asked(Request request) implements Input {}

        record CalledOff(RequestKey key) implements Input {}
    }

    /** The ledger, the values and the positions that were committed together. */
    record Commit(
            Map<RequestKey, LedgerEntry> entries,
            Map<VariableId, CachedReading> observations,
            int inputPosition,
            int journalPosition) {}

    /** How a value came about. */
    record ReadValue(RequestKey key, long endedAtMs) {}

    /** A call under way, by the instance that will journal how it ends. */
    record Call(Instance by, Request request, JournalEvent.Claimed claim, Outcome outcome, long endsAtMs) {}

    Instance start() {
        return new Instance(this, "epoch-" + ++epochs);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** The owner dies. What it had appended and not got into the log is there or lost; its calls end unheard. */
    void kill(Instance victim) {
        victim.pending.forEach(event -> {
            if (chance(0.5)) {
                log.add(event);
            } else if (event instanceof JournalEvent.Finished) {
                uncertain.merge(event.key(), 1, Integer::sum);
            }
        });
        victim.pending.clear();
        inFlight.stream().filter(call -> call.by() == victim).toList().forEach(call -> {
            inFlight.remove(call);
            happenOnDevice(call);
            uncertain.merge(call.request().key(), 1, Integer::sum);
        });
        zombies.remove(victim);
        if (victim == owner) {
            owner = start();
        }
    }

    /** Another instance takes the partition over without the owner's knowledge. */
    void fence() {
        zombies.add(owner);
        owner = start();
    }

    /** The owner leaves in order: its claims are released, its state is committed, its calls go on. */
    void handOver() {
        owner.release();
        owner.commit();
        zombies.add(owner);
        owner.leaves();
        owner = start();
    }

    void call(Instance by, Request request, int attempt, String epoch) {
        calls.merge(request.key(), 1, Integer::sum);
        Outcome outcome = unmistakable(Outcomes.of(kind()));
        JournalEvent.Claimed claim = new JournalEvent.Claimed(request.key(), attempt, epoch, nowMs);
        inFlight.add(new Call(by, request, claim, outcome, nowMs + 1 + random.nextInt((int) POLICY.callTimeoutMs())));
    }

    /** Gives each value that is read a number of its own. */
    private Outcome unmistakable(Outcome outcome) {
        return outcome.kind() == Outcome.Kind.DONE
                ? new Outcome(outcome.kind(), Reason.NONE, "", new Value.Whole(++reads), 200, 0, true, 10)
                : outcome;
    }

    private Outcome.Kind kind() {
        return chance(0.4) ? Outcome.Kind.DONE : Outcome.Kind.values()[random.nextInt(Outcome.Kind.values().length)];
    }

    void end(Call call) {
        inFlight.remove(call);
        happenOnDevice(call);
        if (call.outcome().kind() == Outcome.Kind.DONE) {
            values.put(call.outcome().value(), new ReadValue(call.request().key(), nowMs));
        }
        switch (call.outcome().kind()) {
            case UNREACHABLE, UNCERTAIN, GARBLED ->
                uncertain.merge(call.request().key(), 1, Integer::sum);
            default -> {
                // Whether it ran is known.
            }
        }
        call.by()
                .pending
                .add(new JournalEvent.Finished(
                        call.request().key(),
                        call.claim().attempt(),
                        call.claim().epoch(),
                        call.outcome(),
                        nowMs));
    }

    private void happenOnDevice(Call call) {
        boolean ran = switch (call.outcome().kind()) {
            case DONE -> true;
            case REFUSED, THROTTLED, UNAUTHORISED, NOT_SENT -> false;
            case UNREACHABLE, UNCERTAIN, GARBLED -> chance(0.5);
        };
        if (ran) {
            runs.merge(call.request().key(), 1, Integer::sum);
        }
    }

    /** One append of an instance gets into the log, in the order in which that instance made it. */
    void land(Instance writer) {
        if (!writer.pending.isEmpty()) {
            JournalEvent event = writer.pending.remove(0);
            log.add(event);
            if (event instanceof JournalEvent.Finished finished && isLate(finished)) {
                uncertain.merge(event.key(), 1, Integer::sum);
            }
        }
    }

    /** An outcome that came after the lease: the rules may take the call for lost by then. */
    private boolean isLate(JournalEvent.Finished finished) {
        return claimOf(finished)
                .filter(claim -> nowMs > claim.atMs() + POLICY.leaseMs())
                .isPresent();
    }

    private Optional<JournalEvent> claimOf(JournalEvent.Finished finished) {
        return log.stream()
                .filter(event -> event instanceof JournalEvent.Claimed
                        && event.key().equals(finished.key())
                        && event.attempt() == finished.attempt()
                        && event.epoch().equals(finished.epoch()))
                .findFirst();
    }

    /** From where it was asked for, in the order of the inputs. */
    private List<ReplyTo> asked(Request request) {
        return inputs.stream()
                .filter(Input.Asked.class::isInstance)
                .map(input -> ((Input.Asked) input).request())
                .filter(other -> other.key().equals(request.key()) && other.means(request))
                .map(Request::replyTo)
                .toList();
    }

    Promises.History history(Request request) {
        RequestKey key = request.key();
        return new Promises.History(
                request,
                asked(request),
                told.getOrDefault(key, List.of()),
                committed.getOrDefault(key, List.of()),
                calls.getOrDefault(key, 0),
                runs.getOrDefault(key, 0),
                uncertain.getOrDefault(key, 0),
                snapshots.getOrDefault(key, 0),
                committed.getOrDefault(key, List.of()).stream()
                        .flatMap(result -> Optional.ofNullable(values.get(result.value())).stream())
                        .findFirst());
    }
}
