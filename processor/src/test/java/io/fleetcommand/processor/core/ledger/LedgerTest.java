package io.fleetcommand.processor.core.ledger;

import static io.fleetcommand.processor.core.request.Requests.DEVICE;
import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.key;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.JournalEvent.Claimed;
import io.fleetcommand.processor.core.ledger.JournalEvent.Finished;
import io.fleetcommand.processor.core.ledger.JournalEvent.Terminated;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.Fingerprint;
import io.fleetcommand.processor.core.request.Guarantee;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Requests;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.service.Backoff;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Covers each row of the state table, and each rule that must not be broken. */
class LedgerTest {
    private static final String MINE = "mine";
    private static final String OTHER = "other";
    private static final long LEASE = 60;
    private static final LedgerTimeouts TIMEOUTS = new LedgerTimeouts(
            40, 20, 30, 1_000, 500, new Backoff(5, 2, 50, 0)::delayMs, new Backoff(100, 2, 400, 0.5)::delayMs);

    /** A value read at 25. */
    private static final CachedReading VALUE = new CachedReading(new Value.Whole(7), 200, 25);

    private final Ledger ledger = new Ledger(TIMEOUTS, MINE, () -> 0);
    private final Known known = new Known();

    /** A ledger with one entry, to which events are applied one after the other. */
    private final class Known {
        private Optional<LedgerEntry> entry = Optional.empty();
        private Step last = new Step(Optional.empty(), List.of());

        Known read(Requests request, long nowMs) {
            return take(ledger.onRequest(entry, request.made(), 1, nowMs));
        }

        Known granted(long nowMs) {
            return take(ledger.onPermit(entry.orElseThrow(), nowMs, nowMs));
        }

        Known fireTimer(long nowMs) {
            return take(ledger.onTimer(entry.orElseThrow(), nowMs));
        }

        Known cancelled(long nowMs) {
            return take(ledger.onCancellation(entry, key("r1"), nowMs));
        }

        Known claimed(int attempt, String epoch, long nowMs) {
            return apply(new Claimed(key("r1"), attempt, epoch, nowMs), nowMs);
        }

        Known terminated(int attempt, String epoch, Termination termination, long nowMs) {
            return apply(new Terminated(key("r1"), attempt, epoch, termination, nowMs), nowMs);
        }

        Known finished(int attempt, String epoch, Kind kind, long nowMs) {
            return apply(new Finished(key("r1"), attempt, epoch, Outcomes.of(kind), nowMs), nowMs);
        }

        Known apply(JournalEvent event, long nowMs) {
            return take(ledger.onJournalEvent(entry, event, nowMs));
        }

        /** Claims the first attempt for this epoch at a time. */
        Known called(Requests request, long nowMs) {
            return read(request, nowMs).granted(nowMs).claimed(1, MINE, nowMs);
        }

        private Known take(Step step) {
            last = step;
            entry = step.next();
            return this;
        }

        RequestPhase phase() {
            return entry.orElseThrow().phase();
        }

        List<Effect> effects() {
            return last.effects();
        }

        Result result() {
            return entry.orElseThrow().result().orElseThrow();
        }
    }

    @Test
    void aNewRequestWaitsForItsTurn() {
        known.read(command("r1"), 7);

        assertThat(known.phase()).isEqualTo(RequestPhase.READY);
        assertThat(known.effects()).isEmpty();
        assertThat(known.entry.orElseThrow().isDueAt(7)).isTrue();
    }

    @Test
    void aRequestIsNotDueBeforeItsTime() {
        known.read(command("r1").notBefore(100), 7);

        assertThat(known.entry.orElseThrow().isDueAt(99)).isFalse();
        assertThat(known.granted(99).phase()).isEqualTo(RequestPhase.READY);
        assertThat(known.effects()).isEmpty();
        assertThat(known.granted(100).phase()).isEqualTo(RequestPhase.CLAIMING);
    }

    @Test
    void aPermitAppendsAClaimAndStartsNoCall() {
        known.read(command("r1"), 7).granted(8);

        assertThat(known.phase()).isEqualTo(RequestPhase.CLAIMING);
        assertThat(known.effects()).containsExactly(new Effect.Append(new Claimed(key("r1"), 1, MINE, 8)));
    }

    @Test
    void aClaimThatWasNotReadBackIsAppendedAgainWithTheSameNumber() {
        known.read(command("r1"), 7).granted(8).fireTimer(38);

        assertThat(known.effects()).containsExactly(new Effect.Append(new Claimed(key("r1"), 1, MINE, 38)));
        assertThat(known.entry.orElseThrow().dueAtMs()).isEqualTo(68);
    }

    @Test
    void readingBackItsOwnClaimStartsTheCall() {
        Request request = command("r1").made();
        known.called(command("r1"), 8);

        assertThat(known.phase()).isEqualTo(RequestPhase.CALLED);
        assertThat(known.effects()).containsExactly(new Effect.Start(request, 1));
        assertThat(known.entry.orElseThrow().dueAtMs()).isEqualTo(8 + LEASE);
    }

    @Test
    void theFirstClaimOfANumberHoldsAndTheSecondIsVoid() {
        known.read(command("r1"), 7).granted(8).claimed(1, OTHER, 8).claimed(1, MINE, 8);

        assertThat(known.phase()).isEqualTo(RequestPhase.CALLED);
        assertThat(known.effects()).isEmpty();
        assertThat(known.entry.orElseThrow().attempts().unresolved()).containsEntry(1, OTHER);
    }

    @Test
    void aClaimOfAnotherEpochMeansThatItCalls() {
        known.read(command("r1"), 7).granted(8).claimed(1, OTHER, 8);

        assertThat(known.phase()).isEqualTo(RequestPhase.CALLED);
        assertThat(known.effects()).isEmpty();
    }

    @Test
    void anOwnClaimStartsACallOnlyForTheNumberBeingClaimed() {
        known.read(command("r1"), 7).claimed(1, MINE, 8);
        assertThat(known.phase()).isEqualTo(RequestPhase.CALLED);
        assertThat(known.effects()).isEmpty();

        Known skipped = new Known().read(command("r1"), 7).granted(8).claimed(2, MINE, 8);
        assertThat(skipped.effects()).isEmpty();
        assertThat(skipped.entry.orElseThrow().attempts().high()).isEqualTo(2);
    }

    @Test
    void aCallThatWouldOutliveTheLeaseIsDeclined() {
        known.read(command("r1"), 7).granted(8).apply(new Claimed(key("r1"), 1, MINE, 8), 29);

        assertThat(known.effects()).singleElement().isInstanceOfSatisfying(Effect.Append.class, append -> {
            Finished finished = (Finished) append.event();
            assertThat(finished.outcome().kind()).isEqualTo(Kind.NOT_SENT);
            assertThat(finished.outcome().counted()).isFalse();
            assertThat(finished.epoch()).isEqualTo(MINE);
        });
        assertThat(new Known()
                        .read(command("r1"), 7)
                        .granted(8)
                        .apply(new Claimed(key("r1"), 1, MINE, 8), 28)
                        .effects())
                .containsExactly(new Effect.Start(command("r1").made(), 1));
    }

    @Test
    void aCallWhoseDeadlineHasPassedIsDeclined() {
        known.read(command("r1").until(10), 7).granted(10).claimed(1, MINE, 11);

        assertThat(known.effects())
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.Append.class,
                        append -> assertThat(append.event()).isInstanceOf(Finished.class));
        assertThat(new Known()
                        .read(command("r1").until(10), 7)
                        .granted(10)
                        .claimed(1, MINE, 10)
                        .effects())
                .hasOnlyElementsOfType(Effect.Start.class);
    }

    @Test
    void aCallThatWasCancelledWhileItWasClaimedIsDeclined() {
        known.read(command("r1"), 7).granted(8).cancelled(9).claimed(1, MINE, 9);

        assertThat(known.effects())
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.Append.class,
                        append -> assertThat(append.event()).isInstanceOf(Finished.class));
        known.apply(((Effect.Append) known.effects().get(0)).event(), 10);
        assertThat(known.effects())
                .containsExactly(new Effect.Append(new Terminated(key("r1"), 2, MINE, Termination.CANCELLED, 10)));
    }

    @Test
    void aTimerAppendsAndNeverPublishes() {
        known.read(command("r1").until(10), 7).fireTimer(11);

        assertThat(known.phase()).isEqualTo(RequestPhase.TERMINATING);
        assertThat(known.effects())
                .containsExactly(new Effect.Append(new Terminated(key("r1"), 1, MINE, Termination.EXPIRED, 11)));
    }

    @Test
    void theDeadlineItselfIsStillInTime() {
        known.read(command("r1").until(10), 7).fireTimer(10);

        assertThat(known.phase()).isEqualTo(RequestPhase.READY);
        assertThat(known.entry.orElseThrow().timerMs()).isEqualTo(11);
    }

    @Test
    void aTerminationThatWasNotReadBackIsAppendedAgain() {
        known.read(command("r1").until(10), 7).fireTimer(11).fireTimer(41);

        assertThat(known.effects())
                .containsExactly(new Effect.Append(new Terminated(key("r1"), 1, MINE, Termination.EXPIRED, 41)));
        assertThat(known.entry.orElseThrow().dueAtMs()).isEqualTo(71);
    }

    @Test
    void aTerminationThatIsReadBackPublishesTheResult() {
        known.read(command("r1").until(10), 7).fireTimer(11).terminated(1, MINE, Termination.EXPIRED, 12);

        assertThat(known.phase()).isEqualTo(RequestPhase.FINAL);
        assertThat(known.result().status()).isEqualTo(Status.EXPIRED);
        assertThat(known.result().reason()).isEqualTo(Reason.DEADLINE_PASSED);
        assertThat(known.result().detail()).isEqualTo("the deadline passed; it never ran");
        assertThat(known.effects())
                .containsExactly(new Effect.Publish(command("r1").until(10).made(), List.of(), known.result()));
    }

    @Test
    void aTerminationAfterAClaimIsVoid() {
        known.read(command("r1").until(10), 7)
                .fireTimer(11)
                .claimed(1, OTHER, 9)
                .terminated(1, MINE, Termination.EXPIRED, 11);

        assertThat(known.phase()).isEqualTo(RequestPhase.CALLED);
        assertThat(known.effects()).isEmpty();
    }

    @Test
    void aDeadlineAfterAnAttemptThatMayHaveRunIsNeverExpired() {
        known.called(command("r1").until(100), 8)
                .finished(1, MINE, Kind.UNREACHABLE, 20)
                .fireTimer(101)
                .terminated(2, MINE, Termination.EXPIRED, 102);

        assertThat(known.result().status()).isEqualTo(Status.OUTCOME_UNKNOWN);
        assertThat(known.result().reason()).isEqualTo(Reason.DEADLINE_PASSED);
        assertThat(known.result().detail())
                .isEqualTo("the deadline passed; 1 call was made and it may have run; the latest call said: timed out");
        assertThat(known.result().httpStatus()).isEqualTo(408);
    }

    @ParameterizedTest
    @CsvSource({
        "DONE,         AT_LEAST_ONCE, FINAL,    SUCCEEDED",
        "DONE,         AT_MOST_ONCE,  FINAL,    SUCCEEDED",
        "REFUSED,      AT_LEAST_ONCE, FINAL,    REJECTED",
        "REFUSED,      AT_MOST_ONCE,  FINAL,    REJECTED",
        "THROTTLED,    AT_LEAST_ONCE, READY,",
        "THROTTLED,    AT_MOST_ONCE,  READY,",
        "UNAUTHORISED, AT_LEAST_ONCE, READY,",
        "UNAUTHORISED, AT_MOST_ONCE,  READY,",
        "NOT_SENT,     AT_LEAST_ONCE, READY,",
        "NOT_SENT,     AT_MOST_ONCE,  READY,",
        "UNREACHABLE,  AT_LEAST_ONCE, READY,",
        "UNREACHABLE,  AT_MOST_ONCE,  FINAL,    OUTCOME_UNKNOWN",
        "UNCERTAIN,    AT_LEAST_ONCE, READY,",
        "UNCERTAIN,    AT_MOST_ONCE,  FINAL,    OUTCOME_UNKNOWN",
        "GARBLED,      AT_LEAST_ONCE, READY,",
        "GARBLED,      AT_MOST_ONCE,  FINAL,    OUTCOME_UNKNOWN",
    })
    void anOutcomeMeans(Kind kind, Guarantee guarantee, RequestPhase phase, Status status) {
        Requests request = guarantee == Guarantee.AT_MOST_ONCE ? command("r1").atMostOnce() : command("r1");
        known.called(request, 8).finished(1, MINE, kind, 20);

        assertThat(known.phase()).isEqualTo(phase);
        if (phase == RequestPhase.FINAL) {
            assertThat(known.result().status()).isEqualTo(status);
            assertThat(known.result().reason()).isEqualTo(Outcomes.of(kind).reason());
            assertThat(known.effects()).startsWith(new Effect.Publish(request.made(), List.of(), known.result()));
        } else {
            assertThat(known.entry.orElseThrow().dueAtMs()).isEqualTo(25);
            assertThat(known.entry.orElseThrow().attempts().mayHaveRun()).isEqualTo(!kind.surelyDidNotRun());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aValueEndsTheBackOffAndADeviceFailureStartsIt(Kind kind) {
        List<Effect> expected = switch (kind) {
            case DONE -> List.of(new Effect.Reached(DEVICE, 20));
            case UNREACHABLE, UNCERTAIN, GARBLED -> List.of(new Effect.BackOff(DEVICE, kind, 20));
            case REFUSED, THROTTLED, UNAUTHORISED, NOT_SENT -> List.of();
        };
        assertDeviceEffect(Outcomes.of(kind), expected);
    }

    @Test
    void aRejectedTokenAffectsTheDeviceOnlyIfItIsKnownToBeGood() {
        Outcome refused = Outcomes.of(Kind.UNAUTHORISED);
        assertDeviceEffect(refused, List.of());
        assertDeviceEffect(refused.withGoodToken(), List.of(new Effect.BackOff(DEVICE, Kind.UNAUTHORISED, 20)));
    }

    private void assertDeviceEffect(Outcome outcome, List<Effect> expected) {
        for (Requests request : List.of(command("r1"), command("r1").atMostOnce(), poll("r1"))) {
            List<Effect> aboutDevice = new Known()
                    .called(request, 8).apply(new Finished(key("r1"), 1, MINE, outcome, 20), 20).effects().stream()
                            .filter(effect -> effect instanceof Effect.Reached || effect instanceof Effect.BackOff)
                            .toList();
            assertThat(aboutDevice).isEqualTo(expected);
        }
    }

    @Test
    void aRejectedTokenCountsOnlyIfItIsKnownToBeGood() {
        Outcome inDoubt = Outcomes.of(Kind.UNAUTHORISED);
        known.read(command("r1").trying(2), 8);
        long nowMs = 8;
        for (int attempt = 1; attempt <= 4; attempt++) {
            known.granted(nowMs).claimed(attempt, MINE, nowMs);
            known.apply(
                    new Finished(key("r1"), attempt, MINE, attempt <= 2 ? inDoubt : inDoubt.withGoodToken(), nowMs),
                    nowMs);
            if (attempt < 4) {
                LedgerEntry waiting = known.entry.orElseThrow();
                assertThat(waiting.phase()).isEqualTo(RequestPhase.READY);
                assertThat(waiting.attempts().counted()).isEqualTo(Math.max(0, attempt - 2));
                assertThat(waiting.dueAtMs() - nowMs)
                        .isEqualTo(TIMEOUTS.backoff().delayMs(attempt, 0));
                nowMs = waiting.dueAtMs();
            }
        }
        assertThat(known.phase()).isEqualTo(RequestPhase.TERMINATING);
        assertThat(known.entry.orElseThrow().termination()).contains(Termination.ATTEMPTS_USED_UP);
        assertThat(known.entry.orElseThrow().attempts().mayHaveRun()).isFalse();
    }

    @Test
    void silenceOfAnEarlierAttemptDoesNotAffectTheDevice() {
        known.called(command("r1"), 8).claimed(2, OTHER, 90).finished(1, MINE, Kind.UNREACHABLE, 95);

        assertThat(known.effects()).isEmpty();
    }

    @Test
    void theBackOffOfADeviceGrowsWithEachFailedCall() {
        DeviceBackoff first = ledger.backOff(Optional.empty(), Kind.UNREACHABLE, 10);
        assertThat(first).isEqualTo(new DeviceBackoff(1, 110));
        assertThat(ledger.backOff(Optional.of(first), Kind.UNREACHABLE, 109))
                .as("a call that was in flight already")
                .isEqualTo(first);
        DeviceBackoff second = ledger.backOff(Optional.of(first), Kind.UNREACHABLE, 110);
        assertThat(second).isEqualTo(new DeviceBackoff(2, 310));
        DeviceBackoff third = ledger.backOff(Optional.of(second), Kind.UNREACHABLE, 500);
        assertThat(ledger.backOff(Optional.of(third), Kind.UNREACHABLE, 1_000)).isEqualTo(new DeviceBackoff(4, 1_400));
        assertThat(new Ledger(TIMEOUTS, MINE, () -> 1).backOff(Optional.empty(), Kind.UNREACHABLE, 10))
                .isEqualTo(new DeviceBackoff(1, 60));

        DeviceBackoff fault = ledger.backOff(Optional.empty(), Kind.UNCERTAIN, 10);
        assertThat(fault).as("a failure of the cloud").isEqualTo(new DeviceBackoff(1, 15));
        assertThat(ledger.backOff(Optional.of(fault), Kind.UNAUTHORISED, 15)).isEqualTo(new DeviceBackoff(2, 25));

        assertThat(ledger.isForgettable(first, 509)).isFalse();
        assertThat(ledger.isForgettable(first, 510)).isTrue();
    }

    @Test
    void theValueThatAPollsCallReadIsShared() {
        known.called(poll("r1"), 8);
        known.apply(new Finished(key("r1"), 1, MINE, Outcomes.of(Kind.DONE), 17), 20);

        assertThat(known.result().ageMs()).isEqualTo(3);
        assertThat(known.effects())
                .containsExactly(
                        new Effect.Publish(poll("r1").made(), List.of(), known.result()),
                        new Effect.Share(poll("r1").made(), new CachedReading(new Value.Whole(42), 200, 17)),
                        new Effect.Reached(DEVICE, 20));
    }

    @Test
    void anOutcomeFromAClockThatIsAheadHasNoNegativeAge() {
        known.called(poll("r1"), 8);
        known.apply(new Finished(key("r1"), 1, MINE, Outcomes.of(Kind.DONE), 25), 20);

        assertThat(known.result().ageMs()).isZero();
    }

    @Test
    void aPollReadAfterItsOutcomeIsSharedThen() {
        known.claimed(1, OTHER, 5).finished(1, OTHER, Kind.DONE, 6);
        assertThat(known.effects()).isEmpty();

        known.read(poll("r1"), 9);
        assertThat(known.effects())
                .containsExactly(
                        new Effect.Publish(poll("r1").made(), List.of(), known.result()),
                        new Effect.Share(poll("r1").made(), new CachedReading(new Value.Whole(42), 200, 6)));
    }

    @ParameterizedTest
    @CsvSource({
        // read at 100, value observed at, max_age, served
        "100, 0,   true",
        "150, 0,   true",
        "99,  0,   false",
        "70,  30,  true",
        "69,  30,  false",
        "0,   100, true",
    })
    void aValueServesAPollIfItIsFreshEnough(long observedAtMs, long maxAgeMs, boolean served) {
        CachedReading value = new CachedReading(new Value.Truth(true), 200, observedAtMs);
        known.read(poll("r1").asking(new Action.Read("temperature", maxAgeMs)), 100);
        known.take(ledger.onCoalescedRead(known.entry.orElseThrow(), value, 160));

        assertThat(known.phase()).isEqualTo(served ? RequestPhase.FINAL : RequestPhase.READY);
        assertThat(ledger.isServed(readAgain(maxAgeMs), value, 160)).isEqualTo(served);
        if (served) {
            assertThat(known.result())
                    .isEqualTo(new Result(
                            Status.SUCCEEDED,
                            Reason.NONE,
                            "",
                            new Value.Truth(true),
                            200,
                            0,
                            new RequestTiming(100, 160, 60, 0),
                            0,
                            160,
                            160 - observedAtMs));
            assertThat(known.effects())
                    .containsExactly(new Effect.Publish(
                            poll("r1")
                                    .asking(new Action.Read("temperature", maxAgeMs))
                                    .made(),
                            List.of(),
                            known.result()));
        } else {
            assertThat(known.effects()).isEmpty();
        }
    }

    private LedgerEntry readAgain(long maxAgeMs) {
        Requests poll = poll("r1").asking(new Action.Read("temperature", maxAgeMs));
        return new Known().read(poll, 100).entry.orElseThrow();
    }

    @Test
    void aClaimOfAPollThatWasServedMeanwhileIsVoid() {
        known.read(poll("r1"), 7).granted(8);
        known.take(ledger.onCoalescedRead(known.entry.orElseThrow(), VALUE, 30));
        assertThat(known.result().status()).isEqualTo(Status.SUCCEEDED);
        assertThat(known.result().timing()).isEqualTo(new RequestTiming(7, 8, 1, 0));

        known.claimed(1, MINE, 8);
        assertThat(known.phase()).isEqualTo(RequestPhase.FINAL);
        assertThat(known.effects()).isEmpty();
    }

    @Test
    void onlyAnOpenPollInTimeIsServed() {
        assertUnserved(known.called(poll("r1"), 8), 30);
        assertUnserved(new Known().read(poll("r1").until(20), 8).fireTimer(21), 30);
        assertUnserved(new Known().read(poll("r1"), 8).granted(9).cancelled(10), 30);
        assertUnserved(new Known().read(poll("r1").until(20), 8), 21);
        assertUnserved(new Known().read(command("r1"), 8), 30);
        assertUnserved(new Known().claimed(1, OTHER, 8), 30);
    }

    private void assertUnserved(Known unserved, long nowMs) {
        LedgerEntry entry = unserved.entry.orElseThrow();
        assertThat(ledger.isServed(entry, VALUE, nowMs)).isFalse();
        assertThat(ledger.onCoalescedRead(entry, VALUE, nowMs)).isEqualTo(new Step(Optional.of(entry), List.of()));
    }

    @Test
    void aPollThatWaitsForItsRetryIsServed() {
        known.called(poll("r1"), 8).finished(1, MINE, Kind.UNCERTAIN, 20);
        known.take(ledger.onCoalescedRead(known.entry.orElseThrow(), VALUE, 30));

        assertThat(known.result().status()).isEqualTo(Status.SUCCEEDED);
        assertThat(known.result().attempts()).isEqualTo(1);
    }

    @Test
    void aReadingIsDroppedAfterItsRetention() {
        assertThat(ledger.isForgettable(VALUE, 524)).isFalse();
        assertThat(ledger.isForgettable(VALUE, 525)).isTrue();
    }

    @Test
    void theResultHasTheValueAndTheTimes() {
        known.read(command("r1"), 0);
        known.take(ledger.onPermit(known.entry.orElseThrow(), 30, 50));
        known.claimed(1, MINE, 50).finished(1, MINE, Kind.DONE, 90);

        assertThat(known.result())
                .isEqualTo(new Result(
                        Status.SUCCEEDED,
                        Reason.NONE,
                        "",
                        new Value.Whole(42),
                        200,
                        1,
                        new RequestTiming(0, 50, 30, 20),
                        10,
                        90,
                        0));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"REFUSED", "THROTTLED", "UNAUTHORISED", "NOT_SENT"})
    void anOldAttemptThatDidNotRunIsResolvedWithoutEffects(Kind kind) {
        known.called(command("r1"), 0)
                .fireTimer(LEASE)
                .granted(LEASE)
                .claimed(2, MINE, LEASE)
                .finished(1, MINE, kind, LEASE + 1);

        assertThat(known.phase()).isEqualTo(RequestPhase.CALLED);
        assertThat(known.effects()).isEmpty();
        assertThat(known.entry.orElseThrow().attempts().unresolved()).containsOnlyKeys(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNREACHABLE", "UNCERTAIN", "GARBLED"})
    void anOldAttemptThatMayHaveRunChangesNothing(Kind kind) {
        known.called(command("r1"), 0).fireTimer(LEASE).granted(LEASE).claimed(2, MINE, LEASE);
        LedgerEntry before = known.entry.orElseThrow();

        assertThat(known.finished(1, MINE, kind, LEASE + 1).entry).contains(before);
    }

    @Test
    void anOldAttemptThatRanDecidesTheResultWhateverCameSince() {
        known.called(command("r1"), 0)
                .fireTimer(LEASE)
                .granted(LEASE)
                .claimed(2, MINE, LEASE)
                .finished(1, MINE, Kind.DONE, LEASE + 1);

        assertThat(known.result().status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aRefusalIsOutcomeUnknownIfAnEarlierAttemptMayHaveRun() {
        known.called(command("r1"), 0)
                .finished(1, MINE, Kind.UNCERTAIN, 10)
                .granted(20)
                .claimed(2, MINE, 20)
                .finished(2, MINE, Kind.REFUSED, 30);

        assertThat(known.result().status()).isEqualTo(Status.OUTCOME_UNKNOWN);
        assertThat(known.result().reason()).isEqualTo(Reason.FUNCTION_NOT_FOUND);
    }

    @Test
    void anOutcomeCountsOnlyForTheEpochThatClaimedTheNumber() {
        known.called(command("r1"), 8);
        LedgerEntry before = known.entry.orElseThrow();

        assertThat(known.finished(1, OTHER, Kind.NOT_SENT, 9).entry).contains(before);
        assertThat(known.finished(2, MINE, Kind.DONE, 9).entry).contains(before);
    }

    @Test
    void aLateOutcomeLeavesTheStateOfANewerClaimAlone() {
        known.called(command("r1"), 0).fireTimer(LEASE).granted(LEASE).finished(1, MINE, Kind.UNREACHABLE, LEASE + 1);

        assertThat(known.phase()).isEqualTo(RequestPhase.CLAIMING);
        assertThat(known.finished(1, MINE, Kind.NOT_SENT, LEASE + 2).phase()).isEqualTo(RequestPhase.CLAIMING);
        assertThat(known.entry.orElseThrow().attempts().mayHaveRun()).isFalse();
    }

    @Test
    void theEndOfTheLeaseRetriesOrGivesUp() {
        known.called(command("r1"), 0).fireTimer(LEASE);
        assertThat(known.phase()).isEqualTo(RequestPhase.READY);
        assertThat(known.entry.orElseThrow().attempts().unresolved()).containsOnlyKeys(1);

        Known once = new Known().called(command("r1").atMostOnce(), 0).fireTimer(LEASE);
        assertThat(once.phase()).isEqualTo(RequestPhase.TERMINATING);
        assertThat(once.effects())
                .containsExactly(
                        new Effect.Append(new Terminated(key("r1"), 2, MINE, Termination.OUTCOME_LOST, LEASE)));
        once.terminated(2, MINE, Termination.OUTCOME_LOST, LEASE);
        assertThat(once.result().status()).isEqualTo(Status.OUTCOME_UNKNOWN);
        assertThat(once.result().reason()).isEqualTo(Reason.OUTCOME_LOST);
    }

    @Test
    void theLeaseIsWaitedOut() {
        known.called(command("r1"), 0).fireTimer(LEASE - 1);

        assertThat(known.phase()).isEqualTo(RequestPhase.CALLED);
    }

    @Test
    void aDeadlineDuringACallTakesEffectAfterIt() {
        known.called(command("r1").until(10), 0).finished(1, MINE, Kind.THROTTLED, 11);

        assertThat(known.effects())
                .containsExactly(new Effect.Append(new Terminated(key("r1"), 2, MINE, Termination.EXPIRED, 11)));
    }

    @Test
    void attemptsThatDoNotCountAreNotUsedUp() {
        known.called(command("r1").trying(1), 0).finished(1, MINE, Kind.THROTTLED, 10);
        assertThat(known.phase()).isEqualTo(RequestPhase.READY);

        known.granted(20).claimed(2, MINE, 20).finished(2, MINE, Kind.NOT_SENT, 30);
        assertThat(known.phase()).isEqualTo(RequestPhase.READY);

        known.granted(40).claimed(3, MINE, 40).finished(3, MINE, Kind.UNCERTAIN, 50);
        assertThat(known.effects())
                .containsExactly(
                        new Effect.Append(new Terminated(key("r1"), 4, MINE, Termination.ATTEMPTS_USED_UP, 50)),
                        new Effect.BackOff(DEVICE, Kind.UNCERTAIN, 50));
        known.terminated(4, MINE, Termination.ATTEMPTS_USED_UP, 51);
        assertThat(known.result().status()).isEqualTo(Status.OUTCOME_UNKNOWN);
        assertThat(known.result().attempts()).isEqualTo(1);
        assertThat(known.result().detail())
                .isEqualTo("all attempts are used up; 1 call was made and it may have run; "
                        + "the latest call said: connection reset");
    }

    @Test
    void attemptsThatCountAndNeverRanAreUsedUpAsFailed() {
        Outcome counted = new Outcome(Kind.NOT_SENT, Reason.NONE, "not sent", Value.NONE, 0, 0, true, 0);
        known.called(command("r1").trying(1), 0).apply(new Finished(key("r1"), 1, MINE, counted, 10), 10);
        known.terminated(2, MINE, Termination.ATTEMPTS_USED_UP, 31);

        assertThat(known.result().status()).isEqualTo(Status.FAILED);
        assertThat(known.result().detail())
                .isEqualTo("all attempts are used up; it never ran; the latest call said: not sent");
    }

    @Test
    void theBackOffGrowsWhileTheCloudIsUnavailable() {
        known.called(command("r1"), 0).finished(1, MINE, Kind.NOT_SENT, 10);
        assertThat(known.entry.orElseThrow().dueAtMs()).isEqualTo(15);
        known.granted(15).claimed(2, MINE, 15).finished(2, MINE, Kind.NOT_SENT, 20);
        assertThat(known.entry.orElseThrow().dueAtMs()).isEqualTo(30);
    }

    @Test
    void theBackOffBetweenAttemptsGrows() {
        known.called(command("r1"), 0).finished(1, MINE, Kind.UNREACHABLE, 10);
        assertThat(known.entry.orElseThrow().dueAtMs()).isEqualTo(15);
        known.granted(15).claimed(2, MINE, 15).finished(2, MINE, Kind.UNREACHABLE, 20);
        assertThat(known.entry.orElseThrow().dueAtMs()).isEqualTo(30);
        known.granted(30).claimed(3, MINE, 30).finished(3, MINE, Kind.UNREACHABLE, 40);
        assertThat(known.entry.orElseThrow().dueAtMs()).isEqualTo(60);
    }

    @Test
    void retryAfterIsHonoured() {
        Outcome throttled = new Outcome(Kind.THROTTLED, Reason.NONE, "", Value.NONE, 429, 500, false, 1);
        known.called(command("r1"), 0).apply(new Finished(key("r1"), 1, MINE, throttled, 10), 10);

        assertThat(known.entry.orElseThrow().dueAtMs()).isEqualTo(510);
    }

    @Test
    void aWaitingRequestIsCancelled() {
        known.read(command("r1"), 0).cancelled(1);
        assertThat(known.effects())
                .containsExactly(new Effect.Append(new Terminated(key("r1"), 1, MINE, Termination.CANCELLED, 1)));

        known.terminated(1, MINE, Termination.CANCELLED, 2);
        assertThat(known.result().status()).isEqualTo(Status.CANCELLED);
        assertThat(known.result().detail()).isEqualTo("cancelled; it never ran");
    }

    @Test
    void aCallInFlightFinishesAndTheCancellationIsNoted() {
        known.called(command("r1"), 0).cancelled(1);
        assertThat(known.phase()).isEqualTo(RequestPhase.CALLED);

        known.finished(1, MINE, Kind.DONE, 10);
        assertThat(known.result().status()).isEqualTo(Status.SUCCEEDED);
        assertThat(known.result().detail()).isEqualTo("cancelled too late");
    }

    @Test
    void aCancellationReadFirstAppliesToItsRequest() {
        known.cancelled(0);
        assertThat(known.effects()).isEmpty();

        known.read(command("r1"), 1);
        assertThat(known.effects())
                .containsExactly(new Effect.Append(new Terminated(key("r1"), 1, MINE, Termination.CANCELLED, 1)));
    }

    @Test
    void aFinalResultNeverChanges() {
        known.called(command("r1"), 0).finished(1, MINE, Kind.DONE, 10);
        LedgerEntry finalEntry = known.entry.orElseThrow();

        assertThat(known.claimed(2, OTHER, 11).entry).contains(finalEntry);
        assertThat(known.terminated(3, OTHER, Termination.EXPIRED, 11).entry).contains(finalEntry);
        assertThat(known.finished(1, MINE, Kind.REFUSED, 11).entry).contains(finalEntry);
        assertThat(known.cancelled(11).entry).contains(finalEntry);
        assertThat(known.fireTimer(11).entry).contains(finalEntry);
        assertThat(known.effects()).isEmpty();
    }

    @Test
    void aRepeatedRequestGetsItsResultOnlyOnceItIsFinal() {
        known.called(command("r1"), 0).read(command("r1").until(5), 5);
        assertThat(known.effects()).isEmpty();

        known.finished(1, MINE, Kind.DONE, 10);
        Request again = command("r1").until(77).made();
        known.read(command("r1").until(77), 11);
        assertThat(known.effects()).containsExactly(new Effect.Repeat(again, known.result()));
    }

    @Test
    void anotherRequestUnderTheSameIdIsAConflict() {
        known.called(command("r1"), 0);
        LedgerEntry before = known.entry.orElseThrow();
        Requests other = command("r1").asking(new Action.Call("launch", "later"));
        known.read(other, 5);

        assertThat(known.entry).contains(before);
        assertThat(known.effects()).singleElement().isInstanceOfSatisfying(Effect.Publish.class, publish -> {
            assertThat(publish.request()).isEqualTo(other.made());
            assertThat(publish.result().status()).isEqualTo(Status.CONFLICT);
            assertThat(publish.result().reason()).isEqualTo(Reason.ID_REUSED);
        });
    }

    private static ReplyTo address(String topic, String correlation) {
        return new ReplyTo(topic, ReplyTo.ANY_PARTITION, List.of(header("correlation-id", correlation)));
    }

    private static ReplyTo.Header header(String name, String text) {
        return new ReplyTo.Header(name, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyCallerGetsTheResultAtItsAddressInAnyPhase() {
        Requests first = command("r1").replyingTo(address("a", "1"));
        known.read(first, 0);
        known.read(command("r1").replyingTo(address("a", "2")), 1);
        known.granted(2);
        known.read(command("r1").replyingTo(address("b", "1")).through("t.others"), 3);
        assertThat(known.effects()).isEmpty();
        known.claimed(1, MINE, 4);
        known.read(command("r1").replyingTo(address("", "3")), 5);
        assertThat(known.phase()).isEqualTo(RequestPhase.CALLED);
        assertThat(known.effects()).isEmpty();
        known.finished(1, MINE, Kind.DONE, 6);

        assertThat(known.effects())
                .startsWith(new Effect.Publish(
                        first.made(),
                        List.of(
                                new Asker(address("a", "2"), "t.commands"),
                                new Asker(address("b", "1"), "t.others"),
                                new Asker(address("", "3"), "t.commands")),
                        known.result()));
        assertThat(known.entry.orElseThrow().others()).isEmpty();
    }

    static Stream<ReplyTo> addressesThatAreKnown() {
        List<ReplyTo.Header> correlation = address("a", "1").echoed();
        List<ReplyTo.Header> traced = List.of(correlation.get(0), header("traceparent", "00-b"));
        return Stream.of(
                ReplyTo.NOBODY,
                new ReplyTo("", ReplyTo.ANY_PARTITION, List.of(header("traceparent", "00-b"))),
                address("a", "1"),
                new ReplyTo("a", ReplyTo.ANY_PARTITION, traced),
                address("a", "2"));
    }

    @ParameterizedTest
    @MethodSource("addressesThatAreKnown")
    void aKnownOrEmptyAddressIsNotAdded(ReplyTo again) {
        known.read(command("r1").replyingTo(address("a", "1")), 0);
        known.read(command("r1").replyingTo(address("a", "2")), 1);
        LedgerEntry before = known.entry.orElseThrow();
        known.read(command("r1").replyingTo(again), 2);

        assertThat(known.entry).contains(before);
    }

    static Stream<Arguments> firstAddresses() {
        return Stream.of(Arguments.of(address("a", "first"), 7), Arguments.of(ReplyTo.NOBODY, 8));
    }

    @ParameterizedTest
    @MethodSource("firstAddresses")
    void keepsTheFirstCallerAndTheLatestUpToEightInAll(ReplyTo first, int others) {
        known.read(command("r1").replyingTo(first), 0);
        for (int number = 1; number <= 20; number++) {
            known.read(command("r1").replyingTo(address("a", "" + number)), number);
        }

        assertThat(known.entry.orElseThrow().request().orElseThrow().replyTo()).isEqualTo(first);
        assertThat(known.entry.orElseThrow().others())
                .extracting(Asker::replyTo)
                .containsExactlyElementsOf(IntStream.rangeClosed(21 - others, 20)
                        .mapToObj(number -> address("a", "" + number))
                        .toList());
    }

    @Test
    void aConflictingRequestAddsNoAsker() {
        known.read(command("r1"), 0);
        known.read(command("r1").atMostOnce().replyingTo(address("a", "1")), 1);

        assertThat(known.entry.orElseThrow().others()).isEmpty();
    }

    @Test
    void eventsReadBeforeTheirRequestAreKept() {
        known.claimed(1, OTHER, 0);
        assertThat(known.effects()).isEmpty();

        known.read(command("r1").atMostOnce(), 1);
        assertThat(known.phase()).isEqualTo(RequestPhase.CALLED);
        assertThat(known.entry.orElseThrow().dueAtMs()).isEqualTo(LEASE);
        assertThat(known.entry.orElseThrow().attempts().unresolved()).containsEntry(1, OTHER);
    }

    @Test
    void aResultDecidedBeforeItsRequestIsReadWaitsForIt() {
        known.claimed(1, OTHER, 0).finished(1, OTHER, Kind.DONE, 5);
        assertThat(known.phase()).isEqualTo(RequestPhase.FINAL);
        assertThat(known.effects()).isEmpty();

        known.read(command("r1"), 6);
        assertThat(known.effects())
                .containsExactly(new Effect.Publish(command("r1").made(), List.of(), known.result()));
    }

    @Test
    void anEarlyUncertainOutcomeStopsAnAtMostOnceCommand() {
        known.claimed(1, OTHER, 0)
                .finished(1, OTHER, Kind.UNCERTAIN, 5)
                .read(command("r1").atMostOnce(), 6);

        assertThat(known.effects())
                .containsExactly(new Effect.Append(new Terminated(key("r1"), 2, MINE, Termination.OUTCOME_LOST, 6)));
    }

    @Test
    void anEarlierEpochsAppendIsRepeatedWithTheSameNumber() {
        LedgerEntry claiming = known.read(command("r1"), 0).granted(1).entry.orElseThrow();
        Ledger next = new Ledger(TIMEOUTS, "next", () -> 0);

        LedgerEntry ready = next.onRestore(claiming, 5).next().orElseThrow();
        assertThat(ready.phase()).isEqualTo(RequestPhase.READY);
        assertThat(next.onPermit(ready, 5, 5).effects())
                .containsExactly(new Effect.Append(new Claimed(key("r1"), 1, "next", 5)));

        LedgerEntry termination =
                new Known().read(command("r1").until(3), 0).fireTimer(4).entry.orElseThrow();
        assertThat(next.onRestore(termination, 5).effects())
                .containsExactly(new Effect.Append(new Terminated(key("r1"), 1, "next", Termination.EXPIRED, 5)));
    }

    @Test
    void aCallOfAnEarlierEpochIsWaitedFor() {
        LedgerEntry called = known.called(command("r1"), 0).entry.orElseThrow();

        Step inherited = new Ledger(TIMEOUTS, "next", () -> 0).onRestore(called, 5);

        assertThat(inherited.next()).contains(called);
        assertThat(inherited.effects()).isEmpty();
    }

    @Test
    void aClaimIsReleasedByTheEpochThatMadeIt() {
        JournalEvent release = ledger.release(key("r1"), 1, 9);

        assertThat(release).isInstanceOfSatisfying(Finished.class, finished -> {
            assertThat(finished.epoch()).isEqualTo(MINE);
            assertThat(finished.attempt()).isEqualTo(1);
            assertThat(finished.outcome().kind()).isEqualTo(Kind.NOT_SENT);
            assertThat(finished.outcome().counted()).isFalse();
        });
        known.read(command("r1").atMostOnce(), 0).claimed(1, MINE, 9).apply(release, 9);
        assertThat(known.phase()).isEqualTo(RequestPhase.READY);
        assertThat(known.entry.orElseThrow().attempts().mayHaveRun()).isFalse();
    }

    @Test
    void onlyFinalEntriesAreDroppedAndOnlyAfterTheirRetention() {
        known.called(command("r1"), 0);
        known.finished(1, MINE, Kind.DONE, 10);
        assertThat(ledger.isForgettable(known.result(), 1_009)).isFalse();
        assertThat(ledger.isForgettable(known.result(), 1_010)).isTrue();

        LedgerEntry unread = new Known().claimed(1, OTHER, 5).entry.orElseThrow();
        assertThat(ledger.isForgettable(unread, 1_004)).isFalse();
        assertThat(ledger.isForgettable(unread, 1_005)).isTrue();
    }

    @Test
    void aLoneCancellationIsDroppedAfterAnHourAndAnEventIsNot() {
        long day = 86_400_000;
        RetryDelay backoff = new Backoff(5, 2, 50, 0)::delayMs;
        Ledger daily = new Ledger(new LedgerTimeouts(40, 20, 30, day, day, backoff, backoff), MINE, () -> 0);
        LedgerEntry cancelled =
                daily.onCancellation(Optional.empty(), key("r1"), 5).next().orElseThrow();
        LedgerEntry claimed = daily.onJournalEvent(Optional.of(cancelled), new Claimed(key("r1"), 1, OTHER, 5), 5)
                .next()
                .orElseThrow();

        assertThat(daily.isForgettable(cancelled, 3_600_004)).isFalse();
        assertThat(daily.isForgettable(cancelled, 3_600_005)).isTrue();
        assertThat(daily.isForgettable(claimed, day + 4)).isFalse();
        assertThat(daily.isForgettable(claimed, day + 5)).isTrue();
    }

    @Test
    void aFinalEntryHoldsOnlyTheFingerprintAndTheResult() {
        ReplyTo address = new ReplyTo("replies", 1, List.of());
        known.called(command("r1").from("lights").replyingTo(address), 0);
        known.finished(1, MINE, Kind.UNCERTAIN, 5).terminated(2, MINE, Termination.EXPIRED, 6);

        Fingerprint content = Fingerprint.of(command("r1").made());
        assertThat(known.entry).contains(LedgerEntry.finished(key("r1"), Optional.of(content), known.result()));
        assertThat(known.entry.orElseThrow().request()).isEmpty();
        assertThat(known.entry.orElseThrow().attempts()).isEqualTo(Attempts.NONE);
    }

    @Test
    void theDetailOfAResultIsTruncated() {
        Outcome longDetail =
                new Outcome(Kind.REFUSED, Reason.REFUSED, "x".repeat(10_000), Value.NONE, 400, 0, true, 10);
        known.called(command("r1"), 0).apply(new Finished(key("r1"), 1, MINE, longDetail, 5), 5);

        assertThat(known.result().detail()).hasSize(300).endsWith("x…");
    }

    static Stream<Requests> otherMeanings() {
        return Stream.of(
                command("r1").of("fedcba9876543210fedcba98"),
                command("r1").asking(new Action.Call("launch", "")),
                command("r1").asking(new Action.Call("launc", "hnow")),
                command("r1").asking(new Action.Call("launchnow", "")),
                command("r1").asking(new Action.Read("launch", 0)),
                command("r1").atMostOnce(),
                poll("r1"),
                poll("r1").asking(new Action.Read("temperature", 1)));
    }

    @ParameterizedTest
    @MethodSource("otherMeanings")
    void aFinalRequestIsRecognisedByItsContent(Requests other) {
        known.called(command("r1"), 0).finished(1, MINE, Kind.DONE, 10);

        Request again = command("r1").from("another-service").until(77).made();
        assertThat(ledger.onRequest(known.entry, again, 2, 20).effects())
                .containsExactly(new Effect.Repeat(again, known.result()));

        Step conflict = ledger.onRequest(known.entry, other.made(), 3, 30);
        assertThat(conflict.next()).isEqualTo(known.entry);
        assertThat(conflict.effects()).singleElement().satisfies(effect -> {
            Effect.Publish publish = (Effect.Publish) effect;
            assertThat(publish.result().status()).isEqualTo(Status.CONFLICT);
            assertThat(publish.result().detail())
                    .contains("r1")
                    .contains(DEVICE)
                    .contains("another request");
        });
    }

    /** A restart after which the clock has been set back. */
    @Test
    void aRestartAfterAClockSetBackShortensWaits() {
        known.called(command("r1"), 1_000);
        assertThat(ledger.onRestore(known.entry.orElseThrow(), 100)
                        .next()
                        .orElseThrow()
                        .dueAtMs())
                .isEqualTo(100 + LEASE);
        assertThat(ledger.onRestore(known.entry.orElseThrow(), 1_001).next()).isEqualTo(known.entry);

        known.finished(1, MINE, Kind.NOT_SENT, 1_010);
        assertThat(known.phase()).isEqualTo(RequestPhase.READY);
        assertThat(ledger.onRestore(known.entry.orElseThrow(), 100)
                        .next()
                        .orElseThrow()
                        .dueAtMs())
                .isEqualTo(150);
        assertThat(ledger.onRestore(known.entry.orElseThrow(), 1_011).next()).isEqualTo(known.entry);

        Known later = new Known().read(command("r1").notBefore(5_000), 1_000);
        assertThat(ledger.onRestore(later.entry.orElseThrow(), 100).next()).isEqualTo(later.entry);

        assertThat(ledger.onRestore(new DeviceBackoff(3, 9_000), 100)).isEqualTo(new DeviceBackoff(3, 500));
        assertThat(ledger.onRestore(new DeviceBackoff(3, 300), 100)).isEqualTo(new DeviceBackoff(3, 300));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 100, 4_000_000_000_000L, Long.MAX_VALUE})
    void aLeaseEndsInTimeWhateverTheClaimsClock(long claimedAtMs) {
        known.read(command("r1"), 90);
        known.apply(new Claimed(key("r1"), 1, OTHER, claimedAtMs), 100);

        assertThat(known.entry.orElseThrow().dueAtMs()).isLessThanOrEqualTo(100 + LEASE);
        known.fireTimer(100 + LEASE);
        assertThat(known.phase()).isEqualTo(RequestPhase.READY);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 10L * 365 * 86_400_000, Long.MAX_VALUE})
    void retryAfterIsLimitedToAnHour(long retryAfterMs) {
        known.called(command("r1"), 0);
        Outcome throttled = new Outcome(Kind.THROTTLED, Reason.NONE, "", Value.NONE, 429, retryAfterMs, false, 1);
        known.apply(new Finished(key("r1"), 1, MINE, throttled, 5), 5);

        assertThat(known.entry.orElseThrow().dueAtMs()).isBetween(5L, 5L + 3_600_000);
    }

    @Test
    void aDeadlineAtTheEndOfTimeIsNoNegativeTimer() {
        known.read(command("r1").until(Long.MAX_VALUE), 0);
        assertThat(known.entry.orElseThrow().timerMs()).isEqualTo(Long.MAX_VALUE);
    }
}
