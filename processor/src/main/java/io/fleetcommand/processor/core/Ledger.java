package io.fleetcommand.processor.core;

import io.fleetcommand.processor.core.Fact.Claimed;
import io.fleetcommand.processor.core.Fact.Closed;
import io.fleetcommand.processor.core.Fact.Finished;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * The rulebook: from what is known about a request and a piece of news, what to know next and what to do. Holds no
 * state but its epoch.
 *
 * <p>Two rules carry the rest. A number belongs to the first claim or closing with it in the journal, and a call is
 * made only on reading back one's own claim: so two owners of a partition never both call. "It never ran" is said only
 * when no attempt is unresolved, and only on reading it back from the journal: so a timer appends, and never answers.
 */
public final class Ledger {
    /** A cancellation that came first waits so long for its request: many times what one topic lags behind another. */
    private static final long CANCELLATION_RETENTION_MS = 3_600_000;
    /** A longer wish of the cloud is not believed: a wrong clock there must not stop a request for days. */
    private static final long MAX_RETRY_AFTER_MS = 3_600_000;

    private final Policy policy;
    private final String epoch;
    private final DoubleSupplier chance;

    /**
     * @param epoch fresh and unique for each start of a task
     * @param chance random numbers from 0 to 1, for jitter
     */
    public Ledger(Policy policy, String epoch, DoubleSupplier chance) {
        this.policy = policy;
        this.epoch = epoch;
        this.chance = chance;
    }

    public String epoch() {
        return epoch;
    }

    /** A request was read. */
    public Step read(Optional<Entry> known, Request request, long sequence, long nowMs) {
        if (known.isEmpty()) {
            return settle(Entry.unread(request.key(), nowMs).with(request, sequence, nowMs), nowMs);
        }
        Entry entry = known.get();
        if (!entry.isRead()) {
            return readLate(entry.with(request, sequence, nowMs), request, nowMs);
        }
        if (!entry.means(request)) {
            return Step.unchanged(known, new Effect.Publish(request, List.of(), conflict(entry, nowMs)));
        }
        return entry.answer()
                .map(answer -> Step.unchanged(known, new Effect.Repeat(request, answer)))
                .orElseGet(() -> Step.of(entry.askedAgain(request)));
    }

    private Step readLate(Entry entry, Request request, long nowMs) {
        return entry.answer()
                .map(answer -> new Step(Optional.of(entry), published(request, List.of(), answer)))
                .orElseGet(() -> settle(entry, nowMs));
    }

    /** Somebody asked that a request not be run. One that is not read yet is cancelled when it comes. */
    public Step cancelled(Optional<Entry> known, RequestKey key, long nowMs) {
        Entry entry = known.orElseGet(() -> Entry.unread(key, nowMs));
        return entry.isAnswered() ? Step.unchanged(known) : settle(entry.cancelledNow(), nowMs);
    }

    /**
     * A request's turn has come and the quota has granted a call.
     *
     * @param eligibleSinceMs since when only quota was lacking
     */
    public Step granted(Entry entry, long eligibleSinceMs, long nowMs) {
        Step settled = settle(entry, nowMs);
        if (!settled.effects().isEmpty() || !entry.isDueAt(nowMs)) {
            return settled;
        }
        Entry claiming =
                entry.claiming(nowMs + policy.appendAgainMs(), entry.timing().granted(eligibleSinceMs, nowMs));
        return Step.of(claiming, new Effect.Append(claim(entry, nowMs)));
    }

    /** Whether {@link #shared} answers an entry. */
    public boolean isServed(Entry entry, Observation observation, long nowMs) {
        return Sharing.serves(observation, entry, nowMs);
    }

    /** There is a value that was read for another poll: one that it serves is answered with it. */
    public Step shared(Entry entry, Observation observation, long nowMs) {
        if (!Sharing.serves(observation, entry, nowMs)) {
            return Step.of(entry);
        }
        Answer answer = Sharing.answer(entry, observation, nowMs);
        return Step.of(
                entry.answered(answer), new Effect.Publish(entry.request().orElseThrow(), entry.others(), answer));
    }

    /** The time an open entry was waiting for has come. */
    public Step wake(Entry entry, long nowMs) {
        return switch (entry.phase()) {
            case READY -> settle(entry, nowMs);
            case CLAIMING ->
                Step.of(entry.wakingAt(nowMs + policy.appendAgainMs()), new Effect.Append(claim(entry, nowMs)));
            case CLOSING ->
                Step.of(
                        entry.wakingAt(nowMs + policy.appendAgainMs()),
                        new Effect.Append(closed(entry, entry.closing().orElseThrow(), nowMs)));
            case CALLED ->
                nowMs < entry.wakeMs() ? Step.of(entry) : settle(entry.ready(entry.attempts(), nowMs, nowMs), nowMs);
            case ANSWERED -> Step.of(entry);
        };
    }

    /** Whether an answer has been remembered long enough. */
    public boolean isForgettable(Answer answer, long nowMs) {
        return nowMs >= answer.finishedAtMs() + policy.retentionMs();
    }

    /** Whether what was read about a request that never came has been remembered long enough. */
    public boolean isForgettable(Entry unread, long nowMs) {
        boolean mayBeInTheJournal = unread.attempts().high() > 0;
        long retentionMs =
                mayBeInTheJournal ? policy.retentionMs() : Math.min(policy.retentionMs(), CANCELLATION_RETENTION_MS);
        return nowMs >= unread.timing().receivedAtMs() + retentionMs;
    }

    public boolean isForgettable(Observation observation, long nowMs) {
        return observation.ageMs(nowMs) >= policy.valueRetentionMs();
    }

    /** Whether a device that nobody has called for long after its rest may count as any other again. */
    public boolean isForgettable(DeviceRest rest, long nowMs) {
        return nowMs >= rest.untilMs() + policy.deviceBackoff().maxMs();
    }

    /** A call of a device failed in this way: one that is not there is left alone for longer than one in trouble. */
    public DeviceRest backOff(Optional<DeviceRest> known, Outcome.Kind kind, long nowMs) {
        Backoff backoff = kind == Outcome.Kind.UNREACHABLE ? policy.deviceBackoff() : policy.backoff();
        return known.orElse(DeviceRest.NONE).longer(backoff, chance.getAsDouble(), nowMs);
    }

    /**
     * A task starts with an entry that an earlier epoch left behind. What that epoch appended and did not read back may
     * never come, so the request waits for its turn again. Its next attempt has the same number as the lost one: if the
     * old record is in the log after all, the first of the two holds.
     *
     * <p>The clock may have been set back since: nothing waits longer than it could have to from now.
     */
    public Step inherited(Entry entry, long nowMs) {
        return switch (entry.phase()) {
            case CLAIMING, CLOSING -> settle(entry.ready(entry.attempts(), nowMs, nowMs), nowMs);
            case CALLED -> Step.of(entry.wakingBy(nowMs + policy.leaseMs()));
            case READY ->
                Step.of(entry.wakingBy(
                        Math.max(notBeforeMs(entry), nowMs + policy.backoff().maxMs())));
            case ANSWERED -> Step.of(entry);
        };
    }

    private static long notBeforeMs(Entry entry) {
        return entry.request().map(Request::notBeforeMs).orElse(0L);
    }

    /** As for entries: a device does not rest longer than it could have to from now. */
    public DeviceRest inherited(DeviceRest rest, long nowMs) {
        return new DeviceRest(
                rest.failures(),
                Math.min(rest.untilMs(), nowMs + policy.deviceBackoff().maxMs()));
    }

    /** What to append for a claim of this epoch that it will not read back, since the task ends. */
    public Fact handedOver(RequestKey key, int attempt, long nowMs) {
        return released(key, attempt, "the partition moved to another instance", nowMs);
    }

    /** A line of the journal was read. */
    public Step told(Optional<Entry> known, Fact fact, long nowMs) {
        if (known.isPresent() && known.get().isAnswered()) {
            return Step.unchanged(known);
        }
        Entry entry = known.orElseGet(() -> Entry.unread(fact.key(), nowMs));
        if (fact instanceof Finished finished) {
            return entry.attempts().isUnresolved(fact.attempt(), fact.epoch())
                    ? finished(entry, finished, nowMs)
                    : Step.unchanged(known);
        }
        if (fact.attempt() <= entry.attempts().high() || !FactRange.isWithinReach(fact.attempt(), entry.attempts())) {
            return Step.unchanged(known);
        }
        return fact instanceof Closed closed ? closed(entry, closed, nowMs) : claimed(entry, (Claimed) fact, nowMs);
    }

    private Step claimed(Entry entry, Claimed claim, long nowMs) {
        // Whoever wrote it did so before it was read here, whatever the writer's clock says.
        long leaseEndMs = Clamped.sum(Math.min(claim.atMs(), nowMs), policy.leaseMs());
        Entry called = entry.called(entry.attempts().claimed(claim.attempt(), claim.epoch()), leaseEndMs);
        if (entry.phase() != Phase.CLAIMING || !claim.epoch().equals(epoch) || claim.attempt() != next(entry)) {
            return Step.of(called);
        }
        return whyNotStart(entry, claim, nowMs)
                .map(why -> Step.of(called, new Effect.Append(released(entry.key(), claim.attempt(), why, nowMs))))
                .orElseGet(
                        () -> Step.of(called, new Effect.Start(entry.request().orElseThrow(), claim.attempt())));
    }

    private Optional<String> whyNotStart(Entry entry, Claimed claim, long nowMs) {
        if (entry.cancelled()) {
            return Optional.of("cancelled before it was sent");
        }
        if (nowMs > entry.request().orElseThrow().deadlineMs()) {
            return Optional.of("the deadline passed before it was sent");
        }
        return nowMs > Clamped.sum(claim.atMs(), policy.leaseMarginMs())
                ? Optional.of("its claim was read back too late for the call to end within the lease")
                : Optional.empty();
    }

    private Step closed(Entry entry, Closed closed, long nowMs) {
        Entry ended = entry.with(entry.attempts().closed(closed.attempt()));
        return answer(ended, closed.closing().status(), closed.closing().reason(), nowMs);
    }

    private Step finished(Entry entry, Finished finished, long nowMs) {
        Outcome outcome = finished.outcome();
        Entry ended = entry.ended(entry.attempts().ended(finished.attempt(), outcome), finished.heldMs());
        if (outcome.kind() == Outcome.Kind.DONE) {
            long ageMs = Math.max(0, Clamped.difference(nowMs, finished.atMs()));
            return aboutDevice(
                    ended, answer(ended, Status.SUCCEEDED, Reason.NONE, outcome.value(), ageMs, nowMs), outcome, nowMs);
        }
        if (finished.attempt() < entry.attempts().high()) {
            return Step.of(outcome.kind().surelyDidNotRun() ? ended : entry);
        }
        return switch (outcome.kind()) {
            case REFUSED -> answer(ended, Status.REJECTED, outcome.reason(), nowMs);
            case THROTTLED, UNAUTHORISED, NOT_SENT -> aboutDevice(ended, again(ended, outcome, nowMs), outcome, nowMs);
            case UNREACHABLE, UNCERTAIN, GARBLED -> {
                Step step = ended.request().filter(Request::atMostOnce).isPresent()
                        ? answer(ended, Status.OUTCOME_UNKNOWN, outcome.reason(), nowMs)
                        : again(ended, outcome, nowMs);
                yield aboutDevice(ended, step, outcome, nowMs);
            }
            case DONE -> throw new AssertionError("answered above");
        };
    }

    /** Adds what a call has taught about the device: only a value proves that it is there. */
    private static Step aboutDevice(Entry ended, Step step, Outcome outcome, long nowMs) {
        Optional<String> device = ended.request().map(Request::deviceId);
        if (outcome.kind() == Outcome.Kind.DONE) {
            return device.map(id -> step.and(new Effect.Reached(id, nowMs))).orElse(step);
        }
        return device.filter(id -> outcome.isDevicesFailure())
                .map(id -> step.and(new Effect.BackOff(id, outcome.kind(), nowMs)))
                .orElse(step);
    }

    private Step again(Entry ended, Outcome outcome, long nowMs) {
        if (ended.phase() != Phase.CALLED) {
            return Step.of(ended);
        }
        int failures = Math.max(1, ended.attempts().failures());
        long delayMs = policy.backoff().delayMs(failures, chance.getAsDouble());
        long dueMs = nowMs + Math.max(delayMs, Math.min(outcome.retryAfterMs(), MAX_RETRY_AFTER_MS));
        return settle(ended.ready(ended.attempts(), dueMs, nowMs), nowMs);
    }

    /** Closes a request that waits, if there is a reason to. Every way into READY ends here. */
    private Step settle(Entry entry, long nowMs) {
        if (entry.phase() != Phase.READY || entry.request().isEmpty()) {
            return Step.of(entry);
        }
        return whyClose(entry, entry.request().get(), nowMs)
                .map(why -> Step.of(
                        entry.closing(why, nowMs + policy.appendAgainMs()),
                        new Effect.Append(closed(entry, why, nowMs))))
                .orElseGet(() -> Step.of(entry));
    }

    private static Optional<Closing> whyClose(Entry entry, Request request, long nowMs) {
        if (request.atMostOnce() && entry.attempts().mayHaveRun()) {
            return Optional.of(Closing.OUTCOME_LOST);
        }
        if (entry.cancelled()) {
            return Optional.of(Closing.CANCELLED);
        }
        if (request.maxAttempts() > 0 && entry.attempts().counted() >= request.maxAttempts()) {
            return Optional.of(Closing.ATTEMPTS_USED_UP);
        }
        return nowMs > request.deadlineMs() ? Optional.of(Closing.EXPIRED) : Optional.empty();
    }

    private Step answer(Entry entry, Status wanted, Reason reason, long nowMs) {
        Status status = entry.attempts().mayHaveRun() ? Status.OUTCOME_UNKNOWN : wanted;
        return answer(entry, status, reason, Value.NONE, 0, nowMs);
    }

    private Step answer(Entry entry, Status status, Reason reason, Value value, long ageMs, long nowMs) {
        Answer answer = new Answer(
                status,
                reason,
                Wording.of(entry, status, reason),
                value,
                entry.attempts().last().httpStatus(),
                entry.attempts().counted(),
                entry.timing(),
                entry.attempts().cloudMs(),
                nowMs,
                ageMs);
        List<Effect> effects = entry.request()
                .map(request -> published(request, entry.others(), answer))
                .orElse(List.of());
        return new Step(Optional.of(entry.answered(answer)), effects);
    }

    /** Of a request that was called, or closed: what a poll's own call has read is shared. */
    private static List<Effect> published(Request request, List<Asker> others, Answer answer) {
        Effect publish = new Effect.Publish(request, others, answer);
        return answer.status() == Status.SUCCEEDED && !request.isCommand()
                ? List.of(publish, new Effect.Share(request, answer.observation()))
                : List.of(publish);
    }

    private static Answer conflict(Entry entry, long nowMs) {
        String what = entry.request().map(first -> first.action().name()).orElse("another request, which was answered");
        return Answer.atOnce(
                Status.CONFLICT,
                Reason.ID_REUSED,
                "the request_id " + entry.key().requestId() + " was used before at device "
                        + entry.key().deviceId() + " for " + what
                        + "; that request is not affected. Choose another request_id",
                nowMs);
    }

    private Claimed claim(Entry entry, long nowMs) {
        return new Claimed(entry.key(), next(entry), epoch, nowMs);
    }

    private Closed closed(Entry entry, Closing how, long nowMs) {
        return new Closed(entry.key(), next(entry), epoch, how, nowMs);
    }

    private Finished released(RequestKey key, int attempt, String why, long nowMs) {
        return new Finished(key, attempt, epoch, Outcome.released(why), nowMs);
    }

    private static int next(Entry entry) {
        return entry.attempts().high() + 1;
    }
}
