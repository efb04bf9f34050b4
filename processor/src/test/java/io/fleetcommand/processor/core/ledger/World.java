package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.processor.core.request.VariableId;
import io.fleetcommand.service.Backoff;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * One partition, its journal, the device cloud and the instances that believe they own the partition, all driven by one
 * random source and one simulated clock. An instance that lost the partition lives on as a zombie: it reads, appends
 * and calls, and only cannot commit.
 */
final class World {
    static final LedgerTimeouts TIMEOUTS = new LedgerTimeouts(
            40, 20, 30, 1_000_000, 1_000_000, new Backoff(5, 2, 50, 0.5)::delayMs, new Backoff(5, 2, 50, 0.5)::delayMs);

    final Random random;
    final List<Input> inputs = new ArrayList<>();
    final List<JournalEvent> log = new ArrayList<>();
    final Map<RequestKey, List<Result>> committed = new HashMap<>();
    /** By request: each address to which its result was sent, once for each time. */
    final Map<RequestKey, List<ReplyTo>> resultAddresses = new HashMap<>();

    final Map<RequestKey, Integer> calls = new HashMap<>();
    final Map<RequestKey, Integer> runs = new HashMap<>();
    final Map<RequestKey, Integer> uncertain = new HashMap<>();
    /** By request: how often the value that its call read was published. */
    final Map<RequestKey, Integer> snapshots = new HashMap<>();
    /** All values that devices reported, each of them unique: which poll's call read it, and when that ended. */
    final Map<Value, ReadValue> values = new HashMap<>();

    final List<Call> inFlight = new ArrayList<>();
    final List<Instance> zombies = new ArrayList<>();
    Commit latest = new Commit(Map.of(), Map.of(), 0, 0);
    Instance owner;
    long nowMs;
    private int epochs;
    private int valueCount;

    World(Random random) {
        this.random = random;
        this.owner = start();
    }

    /** The records of the partition. */
    sealed interface Input {
        record RequestRecord(Request request) implements Input {}

        record CancellationRecord(RequestKey key) implements Input {}
    }

    /** The ledger, the readings and the positions that were committed together. */
    record Commit(
            Map<RequestKey, LedgerEntry> entries,
            Map<VariableId, CachedReading> readings,
            int inputPosition,
            int journalPosition) {}

    /** The origin of a value. */
    record ReadValue(RequestKey key, long endedAtMs) {}

    /** A call in flight, by the instance that will journal its outcome. */
    record Call(Instance by, Request request, JournalEvent.Claimed claim, Outcome outcome, long endsAtMs) {}

    Instance start() {
        return new Instance(this, "epoch-" + ++epochs);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Kills an instance. Its pending appends reach the log or are lost; the outcomes of its calls are lost. */
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
            runOnDevice(call);
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

    /** The owner closes gracefully: its claims are released, its state is committed, its calls go on. */
    void handOver() {
        owner.release();
        owner.commit();
        zombies.add(owner);
        owner.close();
        owner = start();
    }

    void call(Instance by, Request request, int attempt, String epoch) {
        calls.merge(request.key(), 1, Integer::sum);
        Outcome outcome = withUniqueValue(Outcomes.of(kind()));
        JournalEvent.Claimed claim = new JournalEvent.Claimed(request.key(), attempt, epoch, nowMs);
        inFlight.add(new Call(by, request, claim, outcome, nowMs + 1 + random.nextInt((int) TIMEOUTS.callTimeoutMs())));
    }

    /** Makes each value that is read unique. */
    private Outcome withUniqueValue(Outcome outcome) {
        return outcome.kind() == Outcome.Kind.DONE
                ? new Outcome(outcome.kind(), Reason.NONE, "", new Value.Whole(++valueCount), 200, 0, true, 10)
                : outcome;
    }

    private Outcome.Kind kind() {
        return chance(0.4) ? Outcome.Kind.DONE : Outcome.Kind.values()[random.nextInt(Outcome.Kind.values().length)];
    }

    void end(Call call) {
        inFlight.remove(call);
        runOnDevice(call);
        if (call.outcome().kind() == Outcome.Kind.DONE) {
            values.put(call.outcome().value(), new ReadValue(call.request().key(), nowMs));
        }
        switch (call.outcome().kind()) {
            case UNREACHABLE, UNCERTAIN, GARBLED ->
                uncertain.merge(call.request().key(), 1, Integer::sum);
            default -> {
                // It is known whether it ran.
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

    private void runOnDevice(Call call) {
        boolean ran = switch (call.outcome().kind()) {
            case DONE -> true;
            case REFUSED, THROTTLED, UNAUTHORISED, NOT_SENT -> false;
            case UNREACHABLE, UNCERTAIN, GARBLED -> chance(0.5);
        };
        if (ran) {
            runs.merge(call.request().key(), 1, Integer::sum);
        }
    }

    /** The oldest pending append of an instance reaches the log. */
    void flushOne(Instance writer) {
        if (!writer.pending.isEmpty()) {
            JournalEvent event = writer.pending.remove(0);
            log.add(event);
            if (event instanceof JournalEvent.Finished finished && isLate(finished)) {
                uncertain.merge(event.key(), 1, Integer::sum);
            }
        }
    }

    /** Whether an outcome came after the lease: the rules may treat the call as lost by then. */
    private boolean isLate(JournalEvent.Finished finished) {
        return claimOf(finished)
                .filter(claim -> nowMs > claim.atMs() + TIMEOUTS.leaseMs())
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

    /** The reply addresses of all copies of a request, in input order. */
    private List<ReplyTo> requestAddresses(Request request) {
        return inputs.stream()
                .filter(Input.RequestRecord.class::isInstance)
                .map(input -> ((Input.RequestRecord) input).request())
                .filter(other -> other.key().equals(request.key()) && other.means(request))
                .map(Request::replyTo)
                .toList();
    }

    Promises.History history(Request request) {
        RequestKey key = request.key();
        return new Promises.History(
                request,
                requestAddresses(request),
                resultAddresses.getOrDefault(key, List.of()),
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
