package io.fleetcommand.processor.scheduling;

import static io.fleetcommand.processor.core.request.Requests.command;

import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Ledger;
import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.LedgerTimeouts;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.ledger.RetryDelay;
import io.fleetcommand.processor.core.ledger.Step;
import io.fleetcommand.processor.core.policy.Access;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.policy.RateCap;
import io.fleetcommand.processor.core.ports.Backlog;
import io.fleetcommand.processor.core.ports.CallScheduler.Turn;
import io.fleetcommand.processor.core.ports.InMemoryParkedDevices;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Requests;
import io.fleetcommand.service.Backoff;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A scheduler over a backlog in memory, whose requests the real ledger takes from state to state. */
final class SchedulerBench {
    static final String A = "aaaaaaaaaaaaaaaaaaaaaaaa";
    static final String B = "bbbbbbbbbbbbbbbbbbbbbbbb";

    static final AccessPolicy EVERYTHING = Access.everything();
    static final AccessPolicy LAMPS = Access.everything("lamp", 20);
    static final QuotaClass TO_A_LAMP = new QuotaClass(Priority.NORMAL, Optional.of(new RateCap("lamp", 20)));
    static final QuotaClass NORMAL = QuotaClass.of(Priority.NORMAL);

    static final int MAX_HELD = 1_000;

    private static final RetryDelay BACKOFF = new Backoff(100, 2, 1_000, 0)::delayMs;

    final Ledger ledger = new Ledger(new LedgerTimeouts(40, 20, 30, 1_000, 1_000, BACKOFF, BACKOFF), "mine", () -> 0);
    final Map<String, LedgerEntry> entries = new HashMap<>();
    final TreeMap<QueuePosition, LedgerEntry> waiting = new TreeMap<>();
    final InMemoryParkedDevices parkedDevices = new InMemoryParkedDevices();
    final Map<String, Long> backoffs = new HashMap<>();
    final FairScheduler scheduler;
    AccessPolicy policy = EVERYTHING;
    int backlogReads;
    int backoffReads;
    private final Map<QuotaClass, Permit> permits = new HashMap<>();
    private long sequence;

    SchedulerBench() {
        this(MAX_HELD);
    }

    /** @param maxHeld how many waiting requests are held in memory */
    SchedulerBench(int maxHeld) {
        scheduler = newScheduler(maxHeld);
    }

    /** A scheduler that has nothing in memory, over the same backlog. */
    FairScheduler newScheduler(int maxHeld) {
        return new FairScheduler(new InMemory(), parkedDevices, this::backoffUntilMs, () -> policy, maxHeld);
    }

    private OptionalLong backoffUntilMs(String device) {
        backoffReads++;
        return backoffs.containsKey(device) ? OptionalLong.of(backoffs.get(device)) : OptionalLong.empty();
    }

    static Requests lamp(String id) {
        return command(id).asking(new Action.Call("lamp", "on"));
    }

    static String device(int number) {
        return String.format("%024x", number);
    }

    void read(Requests request, long nowMs) {
        String id = request.made().id();
        take(id, ledger.onRequest(Optional.empty(), request.made(), ++sequence, nowMs), nowMs);
    }

    /** The classes in which a request may be called. */
    List<QuotaClass> wanted(long nowMs) {
        return wanted(scheduler, nowMs);
    }

    static List<QuotaClass> wanted(FairScheduler scheduler, long nowMs) {
        List<QuotaClass> asked = new ArrayList<>();
        scheduler.next(
                wanted -> {
                    asked.addAll(wanted);
                    return Optional.empty();
                },
                nowMs);
        return asked;
    }

    /** The next turn of the highest priority that has one. */
    Optional<Turn> next(long nowMs) {
        return scheduler.next(wanted -> wanted.stream().findFirst().map(this::permit), nowMs);
    }

    /** The next turn in a class, if a request in it may be called. */
    Optional<Turn> next(QuotaClass quotaClass, long nowMs) {
        return scheduler.next(
                wanted -> Optional.of(quotaClass).filter(wanted::contains).map(this::permit), nowMs);
    }

    /** The request that has the next turn in a class. */
    String nextId(QuotaClass quotaClass, long nowMs) {
        return next(quotaClass, nowMs).orElseThrow().key().requestId();
    }

    /** The same permit for all calls of a class. */
    private Permit permit(QuotaClass quotaClass) {
        return permits.computeIfAbsent(quotaClass, none -> new Permit(quotaClass, (same, used) -> {}));
    }

    Turn turn(String id, QuotaClass quotaClass, long eligibleSinceMs) {
        LedgerEntry entry = entries.get(id);
        return new Turn(entry.key(), QueuePosition.of(entry), permit(quotaClass), eligibleSinceMs);
    }

    /** Grants a turn, and reads the claim back. */
    void grant(Turn turn, long nowMs) {
        String id = turn.key().requestId();
        take(id, ledger.onPermit(entries.get(id), turn.eligibleSinceMs(), nowMs), nowMs);
        int attempt = entries.get(id).attempts().high() + 1;
        JournalEvent claim = new JournalEvent.Claimed(entries.get(id).key(), attempt, "mine", nowMs);
        take(id, ledger.onJournalEvent(Optional.of(entries.get(id)), claim, nowMs), nowMs);
    }

    /** Grants every turn there is. */
    List<String> grantAll(long nowMs) {
        List<String> granted = new ArrayList<>();
        for (Optional<Turn> turn = next(nowMs); turn.isPresent(); turn = next(nowMs)) {
            granted.add(turn.get().key().requestId());
            grant(turn.get(), nowMs);
        }
        return granted;
    }

    /** Grants and finishes one turn after the other. */
    List<String> serveAll() {
        List<String> served = new ArrayList<>();
        for (Optional<Turn> turn = next(1); turn.isPresent(); turn = next(1)) {
            served.add(turn.get().key().requestId());
            grant(turn.get(), 1);
            finish(turn.get().key().requestId(), Outcome.Kind.DONE, 1);
        }
        return served;
    }

    void finish(String id, Outcome.Kind kind, long nowMs) {
        int attempt = entries.get(id).attempts().high();
        JournalEvent finished =
                new JournalEvent.Finished(entries.get(id).key(), attempt, "mine", Outcomes.of(kind), nowMs);
        take(id, ledger.onJournalEvent(Optional.of(entries.get(id)), finished, nowMs), nowMs);
    }

    /** Stores a request's next state, and passes it to the scheduler. */
    void take(String id, Step step, long nowMs) {
        LedgerEntry entry = step.next().orElseThrow();
        Optional.ofNullable(entries.put(id, entry))
                .filter(LedgerEntry::isOpen)
                .ifPresent(was -> waiting.remove(QueuePosition.of(was)));
        if (entry.phase() == RequestPhase.READY) {
            waiting.put(QueuePosition.of(entry), entry);
        }
        scheduler.put(entry, nowMs);
    }

    void backOff(String device, long untilMs, long nowMs) {
        backoffs.put(device, untilMs);
        scheduler.backOff(device, untilMs, nowMs);
    }

    void endBackoff(String device, long nowMs) {
        backoffs.remove(device);
        scheduler.endBackoff(device, nowMs);
    }

    void replacePolicy(AccessPolicy newPolicy) {
        policy = newPolicy;
        wanted(0);
    }

    static boolean sameQueue(QueuePosition one, QueuePosition other) {
        return one.deviceId().equals(other.deviceId()) && one.line().equals(other.line());
    }

    private final class InMemory implements Backlog {
        @Override
        public Optional<LedgerEntry> find(RequestKey key) {
            return Optional.ofNullable(entries.get(key.requestId()));
        }

        @Override
        public Optional<LedgerEntry> at(QueuePosition position) {
            return entries.values().stream()
                    .filter(entry -> entry.isOpen() && QueuePosition.of(entry).equals(position))
                    .findFirst();
        }

        @Override
        public List<LedgerEntry> waiting(QueuePosition from, int max) {
            backlogReads++;
            return waiting.tailMap(from, true).entrySet().stream()
                    .takeWhile(next -> sameQueue(next.getKey(), from))
                    .map(Map.Entry::getValue)
                    .limit(max)
                    .toList();
        }
    }
}
