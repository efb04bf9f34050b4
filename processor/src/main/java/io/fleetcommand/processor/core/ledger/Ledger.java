package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.ledger.JournalEvent.Claimed;
import io.fleetcommand.processor.core.ledger.JournalEvent.Finished;
import io.fleetcommand.processor.core.ledger.JournalEvent.Terminated;
import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.SaturatedMath;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * The rules of a request's life: each method takes what is known about a request and what has happened, and returns
 * what to store and what to do. Holds no state but its epoch.
 *
 * <p>Two rules carry the guarantees. An attempt number belongs to the first claim or termination with it in the
 * journal, and a call is made only when the own claim is read back: so two owners of a partition never both make it.
 * "It never ran" is said only when no attempt is unresolved, and only when that is read back from the journal: so a
 * timer appends to the journal and never publishes a result.
 *
 * <p>The state table and its rules are in {@code docs/protocol.md}.
 */
public final class Ledger {
    /** How long a cancellation waits for its request: many times the lag of one topic behind another. */
    private static final long CANCELLATION_RETENTION_MS = 3_600_000;
    /** The longest Retry-After that is honoured: a wrong clock at the cloud must not stop a request for days. */
    private static final long MAX_RETRY_AFTER_MS = 3_600_000;

    private final LedgerTimeouts timeouts;
    private final String epoch;
    private final DoubleSupplier random;

    /**
     * @param epoch unique to each start of a task
     * @param random supplies numbers from 0 to 1, for jitter
     */
    public Ledger(LedgerTimeouts timeouts, String epoch, DoubleSupplier random) {
        this.timeouts = timeouts;
        this.epoch = epoch;
        this.random = random;
    }

    public String epoch() {
        return epoch;
    }

    /** A request was read from its topic. */
    public Step onRequest(Optional<LedgerEntry> known, Request request, long sequence, long nowMs) {
        if (known.isEmpty()) {
            // One that is overdue already is terminated by its timer, which the task limits: a flood of them would
            // fill the journal.
            return Step.of(LedgerEntry.unread(request.key(), nowMs).with(request, sequence, nowMs));
        }
        LedgerEntry entry = known.get();
        if (!entry.isRead()) {
            return onLateRequest(entry.with(request, sequence, nowMs), request, nowMs);
        }
        if (!entry.means(request)) {
            return Step.unchanged(known, new Effect.Publish(request, List.of(), conflict(entry, nowMs)));
        }
        return entry.result()
                .map(result -> Step.unchanged(known, new Effect.Repeat(request, result)))
                .orElseGet(() -> Step.of(entry.withAsker(request)));
    }

    private Step onLateRequest(LedgerEntry entry, Request request, long nowMs) {
        return entry.result()
                .map(result -> new Step(Optional.of(entry), publishEffects(request, List.of(), result)))
                .orElseGet(() -> terminateIfDue(entry, nowMs));
    }

    /** A cancellation was read. A request that has not been read yet is cancelled when it arrives. */
    public Step onCancellation(Optional<LedgerEntry> known, RequestKey key, long nowMs) {
        LedgerEntry entry = known.orElseGet(() -> LedgerEntry.unread(key, nowMs));
        return entry.isFinal() ? Step.unchanged(known) : terminateIfDue(entry.cancel(), nowMs);
    }

    /**
     * A request's turn has come and a permit for its call was reserved.
     *
     * @param eligibleSinceMs since when it has waited for quota only
     */
    public Step onPermit(LedgerEntry entry, long eligibleSinceMs, long nowMs) {
        Step step = terminateIfDue(entry, nowMs);
        if (!step.effects().isEmpty() || !entry.isDueAt(nowMs)) {
            return step;
        }
        LedgerEntry claiming =
                entry.claiming(nowMs + timeouts.appendAgainMs(), entry.timing().granted(eligibleSinceMs, nowMs));
        return Step.of(claiming, new Effect.Append(claim(entry, nowMs)));
    }

    /** Whether {@link #onCoalescedRead} ends the request of an entry. */
    public boolean isServed(LedgerEntry entry, CachedReading reading, long nowMs) {
        return CoalescedReads.serves(reading, entry, nowMs);
    }

    /** A value was read for another poll: if it serves this one, it becomes its result. */
    public Step onCoalescedRead(LedgerEntry entry, CachedReading reading, long nowMs) {
        if (!CoalescedReads.serves(reading, entry, nowMs)) {
            return Step.of(entry);
        }
        Result result = CoalescedReads.result(entry, reading, nowMs);
        return Step.of(
                entry.finished(result), new Effect.Publish(entry.request().orElseThrow(), entry.others(), result));
    }

    /** The timer of an open entry has fired. */
    public Step onTimer(LedgerEntry entry, long nowMs) {
        return switch (entry.phase()) {
            case READY -> terminateIfDue(entry, nowMs);
            case CLAIMING ->
                Step.of(entry.dueAt(nowMs + timeouts.appendAgainMs()), new Effect.Append(claim(entry, nowMs)));
            case TERMINATING ->
                Step.of(
                        entry.dueAt(nowMs + timeouts.appendAgainMs()),
                        new Effect.Append(terminated(entry, entry.termination().orElseThrow(), nowMs)));
            case CALLED ->
                nowMs < entry.dueAtMs()
                        ? Step.of(entry)
                        : terminateIfDue(entry.ready(entry.attempts(), nowMs, nowMs), nowMs);
            case FINAL -> Step.of(entry);
        };
    }

    /** Whether the retention of a result is over. */
    public boolean isForgettable(Result result, long nowMs) {
        return nowMs >= result.finishedAtMs() + timeouts.retentionMs();
    }

    /** Whether the retention of an entry is over whose request never arrived. */
    public boolean isForgettable(LedgerEntry unread, long nowMs) {
        boolean mayBeInTheJournal = unread.attempts().high() > 0;
        long retentionMs = mayBeInTheJournal
                ? timeouts.retentionMs()
                : Math.min(timeouts.retentionMs(), CANCELLATION_RETENTION_MS);
        return nowMs >= unread.timing().receivedAtMs() + retentionMs;
    }

    public boolean isForgettable(CachedReading reading, long nowMs) {
        return reading.ageMs(nowMs) >= timeouts.valueRetentionMs();
    }

    /** Whether a back-off may be dropped: the device was not called for long after it ended. */
    public boolean isForgettable(DeviceBackoff backoff, long nowMs) {
        return nowMs >= backoff.untilMs() + timeouts.deviceBackoff().maxMs();
    }

    /**
     * Returns the back-off after a failed call of a device: an unreachable device has a longer one than a device whose
     * calls fail because of the cloud.
     */
    public DeviceBackoff backOff(Optional<DeviceBackoff> known, Outcome.Kind kind, long nowMs) {
        RetryDelay backoff = kind == Outcome.Kind.UNREACHABLE ? timeouts.deviceBackoff() : timeouts.backoff();
        return known.orElse(DeviceBackoff.NONE).longer(backoff, random.getAsDouble(), nowMs);
    }

    /**
     * A task starts with an entry of an earlier epoch. What that epoch appended and did not read back may be lost, so
     * the request waits for its turn again. Its next attempt has the number of the lost one: if the old event is in the
     * log after all, the first of the two wins.
     *
     * <p>The clock may have been set back since: no request waits longer than it could have to from now.
     */
    public Step onRestore(LedgerEntry entry, long nowMs) {
        return switch (entry.phase()) {
            case CLAIMING, TERMINATING -> terminateIfDue(entry.ready(entry.attempts(), nowMs, nowMs), nowMs);
            case CALLED -> Step.of(entry.dueBy(nowMs + timeouts.leaseMs()));
            case READY ->
                Step.of(entry.dueBy(
                        Math.max(notBeforeMs(entry), nowMs + timeouts.backoff().maxMs())));
            case FINAL -> Step.of(entry);
        };
    }

    private static long notBeforeMs(LedgerEntry entry) {
        return entry.request().map(Request::notBeforeMs).orElse(0L);
    }

    /** As for entries: no back-off is longer than it could be from now. */
    public DeviceBackoff onRestore(DeviceBackoff backoff, long nowMs) {
        return new DeviceBackoff(
                backoff.failures(),
                Math.min(backoff.untilMs(), nowMs + timeouts.deviceBackoff().maxMs()));
    }

    /** The event to append for a claim of this epoch that will not be read back here, since the task closes. */
    public JournalEvent release(RequestKey key, int attempt, long nowMs) {
        return released(key, attempt, "the partition moved to another instance", nowMs);
    }

    /** A journal event was read. */
    public Step onJournalEvent(Optional<LedgerEntry> known, JournalEvent event, long nowMs) {
        if (known.isPresent() && known.get().isFinal()) {
            return Step.unchanged(known);
        }
        LedgerEntry entry = known.orElseGet(() -> LedgerEntry.unread(event.key(), nowMs));
        if (event instanceof Finished finished) {
            return entry.attempts().isUnresolved(event.attempt(), event.epoch())
                    ? finished(entry, finished, nowMs)
                    : Step.unchanged(known);
        }
        if (event.attempt() <= entry.attempts().high()
                || !JournalEventValidator.isWithinReach(event.attempt(), entry.attempts())) {
            return Step.unchanged(known);
        }
        return event instanceof Terminated terminated
                ? terminated(entry, terminated, nowMs)
                : claimed(entry, (Claimed) event, nowMs);
    }

    private Step claimed(LedgerEntry entry, Claimed claim, long nowMs) {
        // It was written before it was read here, whatever the writer's clock says.
        long leaseEndMs = SaturatedMath.sum(Math.min(claim.atMs(), nowMs), timeouts.leaseMs());
        LedgerEntry called = entry.called(entry.attempts().claimed(claim.attempt(), claim.epoch()), leaseEndMs);
        if (entry.phase() != RequestPhase.CLAIMING
                || !claim.epoch().equals(epoch)
                || claim.attempt() != nextAttempt(entry)) {
            return Step.of(called);
        }
        return obstacleToStart(entry, claim, nowMs)
                .map(why -> Step.of(called, new Effect.Append(released(entry.key(), claim.attempt(), why, nowMs))))
                .orElseGet(
                        () -> Step.of(called, new Effect.Start(entry.request().orElseThrow(), claim.attempt())));
    }

    private Optional<String> obstacleToStart(LedgerEntry entry, Claimed claim, long nowMs) {
        if (entry.cancelled()) {
            return Optional.of("cancelled before it was sent");
        }
        if (nowMs > entry.request().orElseThrow().deadlineMs()) {
            return Optional.of("the deadline passed before it was sent");
        }
        return nowMs > SaturatedMath.sum(claim.atMs(), timeouts.leaseMarginMs())
                ? Optional.of("its claim was read back too late for the call to end within the lease")
                : Optional.empty();
    }

    private Step terminated(LedgerEntry entry, Terminated event, long nowMs) {
        LedgerEntry ended = entry.with(entry.attempts().terminated(event.attempt()));
        return finish(ended, event.termination().status(), event.termination().reason(), nowMs);
    }

    private Step finished(LedgerEntry entry, Finished finished, long nowMs) {
        Outcome outcome = finished.outcome();
        LedgerEntry ended = entry.ended(entry.attempts().ended(finished.attempt(), outcome), finished.heldMs());
        if (outcome.kind() == Outcome.Kind.DONE) {
            long ageMs = Math.max(0, SaturatedMath.difference(nowMs, finished.atMs()));
            return withDeviceEffect(
                    ended, finish(ended, Status.SUCCEEDED, Reason.NONE, outcome.value(), ageMs, nowMs), outcome, nowMs);
        }
        if (finished.attempt() < entry.attempts().high()) {
            return Step.of(outcome.kind().surelyDidNotRun() ? ended : entry);
        }
        return switch (outcome.kind()) {
            case REFUSED -> finish(ended, Status.REJECTED, outcome.reason(), nowMs);
            case THROTTLED, UNAUTHORISED, NOT_SENT ->
                withDeviceEffect(ended, retry(ended, outcome, nowMs), outcome, nowMs);
            case UNREACHABLE, UNCERTAIN, GARBLED -> {
                Step step = ended.request().filter(Request::atMostOnce).isPresent()
                        ? finish(ended, Status.OUTCOME_UNKNOWN, outcome.reason(), nowMs)
                        : retry(ended, outcome, nowMs);
                yield withDeviceEffect(ended, step, outcome, nowMs);
            }
            case DONE -> throw new AssertionError("handled above");
        };
    }

    /** Adds the effect of an outcome on the device's back-off: only a value proves that the device is reachable. */
    private static Step withDeviceEffect(LedgerEntry ended, Step step, Outcome outcome, long nowMs) {
        Optional<String> device = ended.request().map(Request::deviceId);
        if (outcome.kind() == Outcome.Kind.DONE) {
            return device.map(id -> step.and(new Effect.Reached(id, nowMs))).orElse(step);
        }
        return device.filter(id -> outcome.isDeviceFailure())
                .map(id -> step.and(new Effect.BackOff(id, outcome.kind(), nowMs)))
                .orElse(step);
    }

    private Step retry(LedgerEntry ended, Outcome outcome, long nowMs) {
        if (ended.phase() != RequestPhase.CALLED) {
            return Step.of(ended);
        }
        int failures = Math.max(1, ended.attempts().failures());
        long delayMs = timeouts.backoff().delayMs(failures, random.getAsDouble());
        long dueMs = nowMs + Math.max(delayMs, Math.min(outcome.retryAfterMs(), MAX_RETRY_AFTER_MS));
        return terminateIfDue(ended.ready(ended.attempts(), dueMs, nowMs), nowMs);
    }

    /** Terminates a waiting request if there is a reason to. Every transition to READY but that of a new one ends here. */
    private Step terminateIfDue(LedgerEntry entry, long nowMs) {
        if (entry.phase() != RequestPhase.READY || entry.request().isEmpty()) {
            return Step.of(entry);
        }
        return terminationOf(entry, entry.request().get(), nowMs)
                .map(why -> Step.of(
                        entry.terminating(why, nowMs + timeouts.appendAgainMs()),
                        new Effect.Append(terminated(entry, why, nowMs))))
                .orElseGet(() -> Step.of(entry));
    }

    private static Optional<Termination> terminationOf(LedgerEntry entry, Request request, long nowMs) {
        if (request.atMostOnce() && entry.attempts().mayHaveRun()) {
            return Optional.of(Termination.OUTCOME_LOST);
        }
        if (entry.cancelled()) {
            return Optional.of(Termination.CANCELLED);
        }
        if (request.maxAttempts() > 0 && entry.attempts().counted() >= request.maxAttempts()) {
            return Optional.of(Termination.ATTEMPTS_USED_UP);
        }
        return nowMs > request.deadlineMs() ? Optional.of(Termination.EXPIRED) : Optional.empty();
    }

    private Step finish(LedgerEntry entry, Status wanted, Reason reason, long nowMs) {
        Status status = entry.attempts().mayHaveRun() ? Status.OUTCOME_UNKNOWN : wanted;
        return finish(entry, status, reason, Value.NONE, 0, nowMs);
    }

    private Step finish(LedgerEntry entry, Status status, Reason reason, Value value, long ageMs, long nowMs) {
        Result result = new Result(
                status,
                reason,
                ResultDetail.of(entry, status, reason),
                value,
                entry.attempts().last().httpStatus(),
                entry.attempts().counted(),
                entry.timing(),
                entry.attempts().cloudMs(),
                nowMs,
                ageMs);
        List<Effect> effects = entry.request()
                .map(request -> publishEffects(request, entry.others(), result))
                .orElse(List.of());
        return new Step(Optional.of(entry.finished(result)), effects);
    }

    /** The effects that publish a result; a value read by a poll's own call is shared with other polls. */
    private static List<Effect> publishEffects(Request request, List<Asker> others, Result result) {
        Effect publish = new Effect.Publish(request, others, result);
        return result.status() == Status.SUCCEEDED && !request.isCommand()
                ? List.of(publish, new Effect.Share(request, result.reading()))
                : List.of(publish);
    }

    private static Result conflict(LedgerEntry entry, long nowMs) {
        String what =
                entry.request().map(earlier -> earlier.action().name()).orElse("another request, which was answered");
        return Result.atOnce(
                Status.CONFLICT,
                Reason.ID_REUSED,
                "the request_id " + entry.key().requestId() + " was used before at device "
                        + entry.key().deviceId() + " for " + what
                        + "; that request is not affected. Choose another request_id",
                nowMs);
    }

    private Claimed claim(LedgerEntry entry, long nowMs) {
        return new Claimed(entry.key(), nextAttempt(entry), epoch, nowMs);
    }

    private Terminated terminated(LedgerEntry entry, Termination termination, long nowMs) {
        return new Terminated(entry.key(), nextAttempt(entry), epoch, termination, nowMs);
    }

    private Finished released(RequestKey key, int attempt, String why, long nowMs) {
        return new Finished(key, attempt, epoch, Outcome.released(why), nowMs);
    }

    private static int nextAttempt(LedgerEntry entry) {
        return entry.attempts().high() + 1;
    }
}
