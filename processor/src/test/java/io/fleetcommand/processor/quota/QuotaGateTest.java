package io.fleetcommand.processor.quota;

import static io.fleetcommand.processor.core.Lane.BULK;
import static io.fleetcommand.processor.core.Lane.NORMAL;
import static io.fleetcommand.processor.core.Lane.URGENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Ceiling;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Right;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One call flows in every 100 ms; eight may be saved up. */
class QuotaGateTest {
    private static final long MS = 1_000_000;
    private static final Quota QUOTA = new Quota(300 + 8, Duration.ofSeconds(30), 8, 0, 4);
    private static final Right UNDER_A_QUARTER = new Right(NORMAL, Optional.of(new Ceiling("quarter", 25)));
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final AtomicBoolean callable = new AtomicBoolean(true);
    private final QuotaUse use = new QuotaUse(QUOTA.window().toNanos(), nowMs.get() * MS);
    private final QuotaGate gate = gate(20, Shares.Scope.SHARED);

    @Test
    void aShareCountsOnceItsTaskIsKnownForASecondAndTheBoardIsRead() {
        gate.withdraw(0);
        pass(3_000, 0);
        assertThat(gate.depart(Set.of(BULK))).as("the board is not read").isEmpty();
        assertThat(gate.joining()).extracting(Joined::partition).containsExactly(0);
        gate.caughtUp(gate.joining());
        pass(1_000, 0);
        assertThat(gate.depart(Set.of(BULK))).contains(BULK);
    }

    @Test
    void aShareEndsWithItsTask() {
        own(0, 1, 2, 3);
        pass(1_000, 0, 1, 2, 3);
        for (int task = 0; task < 4; task++) {
            gate.left(task);
        }
        assertThat(gate.depart(Set.of(URGENT))).isEmpty();
        assertThat(gate.nanosToDeparture(Set.of(URGENT))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aShareEndsWhenItsTaskIsNotHeardOfForTwoSeconds() {
        own(0, 1, 2, 3);
        pass(2_100, 0);
        nowMs.addAndGet(400);
        gate.withdraw(0);
        assertThat(gate.nanosToDeparture(Set.of(URGENT)))
                .as("a quarter of the pace is left")
                .isLessThanOrEqualTo(400 * MS);
        assertThat(departures(Set.of(URGENT)))
                .as("and a quarter of what is saved up")
                .isLessThanOrEqualTo(2);
    }

    @Test
    void callsAreClaimedAheadOfTheQuotaAndNoFurther() {
        own(0, 1, 2, 3);
        while (gate.tryEnter(0, only(URGENT)).isPresent()
                && gate.depart(Set.of(URGENT)).isPresent()) {
            gate.ended();
        }
        gate.giveBack(Right.of(URGENT));
        assertThat(entered(0, BULK)).as("half a second at ten a second").isEqualTo(5);
    }

    @Test
    void whatIsGivenBackMakesRoom() {
        own(0, 1, 2, 3);
        int claimed = entered(0, BULK);
        gate.giveBack(Right.of(BULK));
        assertThat(entered(0, BULK)).isEqualTo(1);
        assertThat(gate.inFlight()).isEqualTo(claimed);
    }

    @Test
    void urgentWorkIsClaimedHoweverMuchOtherWorkIs() {
        own(0, 1, 2, 3);
        assertThat(entered(0, BULK)).isPositive();
        assertThat(gate.tryEnter(1, only(URGENT))).contains(Right.of(URGENT));
    }

    @Test
    void noLaneIsShutOut() {
        own(0, 1, 2, 3);
        assertThat(entered(0, URGENT)).isPositive();
        assertThat(gate.tryEnter(1, only(BULK))).contains(Right.of(BULK));
        assertThat(gate.tryEnter(1, only(BULK))).isEmpty();
    }

    @Test
    void otherWorkLeavesOneCallForUrgentWork() {
        own(0, 1, 2, 3);
        pass(1_000, 0, 1, 2, 3);
        assertThat(departures(Set.of(BULK))).isEqualTo(7);
        assertThat(gate.depart(Set.of(BULK, URGENT))).contains(URGENT);
        assertThat(gate.depart(Set.of(URGENT))).isEmpty();
    }

    @Test
    void saysWhenTheNextCallMayLeave() {
        own(0, 1, 2, 3);
        departures(Set.of(URGENT));
        assertThat(gate.nanosToDeparture(Set.of(URGENT))).isBetween(1L, 100 * MS);
        assertThat(gate.nanosToDeparture(Set.of(BULK))).isBetween(100 * MS, 200 * MS);
    }

    @Test
    void tasksOfALaneTakeTurns() {
        own(0, 1, 2, 3);
        assertThat(entered(0, BULK)).isPositive();
        gate.withdraw(0);
        assertThat(gate.tryEnter(1, only(BULK))).isEmpty();
        nowMs.addAndGet(1);
        assertThat(gate.tryEnter(0, only(BULK))).isEmpty();
        gate.giveBack(Right.of(BULK));
        assertThat(gate.tryEnter(0, only(BULK))).as("task 1 has waited longer").isEmpty();
        assertThat(gate.tryEnter(1, only(BULK))).contains(Right.of(BULK));
    }

    @Test
    void aFewSlotsAreLeftToUrgentCalls() {
        QuotaGate small = gate(10, Shares.Scope.PER_INSTANCE);
        nowMs.addAndGet(1_000);
        small.withdraw(0);
        int claimed = 0;
        while (small.tryEnter(0, only(NORMAL)).isPresent()) {
            small.depart(Set.of(NORMAL));
            claimed++;
            nowMs.addAndGet(100);
        }
        assertThat(claimed).isEqualTo(9);
        assertThat(small.tryEnter(0, only(URGENT))).contains(Right.of(URGENT));
        assertThat(small.tryEnter(0, only(URGENT))).as("all slots are taken").isEmpty();
        small.ended();
        assertThat(small.tryEnter(0, only(URGENT))).contains(Right.of(URGENT));
    }

    @Test
    void nothingIsClaimedWhileTheCloudCannotBeCalled() {
        own(0, 1, 2, 3);
        callable.set(false);
        assertThat(gate.tryEnter(0, List.of(Right.of(URGENT), Right.of(BULK)))).isEmpty();
        callable.set(true);
        assertThat(gate.tryEnter(0, List.of(Right.of(URGENT), Right.of(BULK)))).contains(Right.of(URGENT));
    }

    @Test
    void aRuleTakesNoMoreThanItsPartOfTheQuota() {
        own(0, 1, 2, 3);
        saveUp(UNDER_A_QUARTER);
        int taken = 0;
        for (int passed = 0; passed < 30_000; passed += 100) {
            taken += sent(0, UNDER_A_QUARTER);
            pass(100, 0, 1, 2, 3);
        }
        assertThat(taken).as("of 308 calls, two saved up").isBetween(76, 77);
    }

    @Test
    void aRulesPartIsOfThePartitionsThatAreOwned() {
        own(0);
        assertThat(sent(0, UNDER_A_QUARTER)).as("it starts with nothing").isZero();
        pass(1_500, 0);
        assertThat(sent(0, UNDER_A_QUARTER))
                .as("at 2.5 calls a second for four")
                .isZero();
        pass(200, 0);
        assertThat(sent(0, UNDER_A_QUARTER)).isEqualTo(1);
        gate.left(0);
        assertThat(gate.tryEnter(0, List.of(UNDER_A_QUARTER))).isEmpty();
    }

    @Test
    void aRuleHasNothingOfAPartitionWhoseShareDoesNotCountYet() {
        pass(1_000, 0);
        assertThat(gate.tryEnter(0, List.of(UNDER_A_QUARTER))).isEmpty();
        pass(5_000, 0);
        assertThat(gate.tryEnter(0, List.of(UNDER_A_QUARTER))).isEmpty();

        gate.caughtUp(gate.joining());
        pass(2_000, 0);
        assertThat(gate.tryEnter(0, List.of(UNDER_A_QUARTER))).contains(UNDER_A_QUARTER);
    }

    @Test
    void withAnAddressOfItsOwnAnInstanceGivesARuleItsPartOfTheWholeQuota() {
        QuotaGate alone = gate(20, Shares.Scope.PER_INSTANCE);
        assertThat(alone.tryEnter(0, List.of(UNDER_A_QUARTER)))
                .as("it starts with nothing")
                .isEmpty();
        nowMs.addAndGet(400);
        assertThat(alone.tryEnter(0, List.of(UNDER_A_QUARTER))).contains(UNDER_A_QUARTER);
    }

    @Test
    void whatItsCeilingHoldsBackStandsInNobodysWay() {
        own(0, 1, 2, 3);
        saveUp(UNDER_A_QUARTER);
        assertThat(sent(0, UNDER_A_QUARTER)).isEqualTo(2);

        assertThat(gate.tryEnter(0, List.of(UNDER_A_QUARTER))).isEmpty();
        assertThat(gate.tryEnter(0, List.of(UNDER_A_QUARTER, Right.of(BULK)))).contains(Right.of(BULK));
        assertThat(entered(1, BULK)).as("ten a second, and what is saved up").isGreaterThanOrEqualTo(9);
    }

    @Test
    void aTaskWhoseOnlyWorkIsHeldBackByACeilingStandsInNobodysWay() {
        own(0, 1, 2, 3);
        assertThat(entered(0, BULK)).as("until it waits").isPositive();
        assertThat(gate.tryEnter(0, List.of(UNDER_A_QUARTER))).isEmpty();

        gate.giveBack(Right.of(BULK));
        assertThat(gate.tryEnter(1, only(BULK))).contains(Right.of(BULK));
    }

    @Test
    void workThatOnlyItsCeilingHoldsBackAsksForNoMoreQuota() {
        own(0, 1, 2, 3);
        saveUp(UNDER_A_QUARTER);
        for (int passed = 0; passed < 5_000; passed += 100) {
            sent(0, UNDER_A_QUARTER);
            nowMs.addAndGet(100);
        }
        assertThat(gate.news()).isEmpty();
    }

    @Test
    void whatRulesNeedWhoseWorkWaitsIsNotLentAndTheRestIs() {
        own(0, 1, 2, 3);
        saveUp(UNDER_A_QUARTER);
        gate.hear(new Notice.Demand("busy", nowMs.get() + 60_000));
        sent(0, UNDER_A_QUARTER);
        sent(1, new Right(NORMAL, Optional.of(new Ceiling("other", 1))));
        assertThat(gate.news())
                .as("26 % of four shares are kept")
                .extracting(notice -> ((Notice.Loan) notice).partition())
                .containsExactly(2, 3);
    }

    @Test
    void aRuleWhoseWorkIsDoneKeepsNothingFromBeingLent() {
        own(0, 1, 2, 3);
        saveUp(UNDER_A_QUARTER);
        gate.hear(new Notice.Demand("busy", nowMs.get() + 60_000));
        sent(0, UNDER_A_QUARTER);
        gate.withdraw(0);
        assertThat(gate.news()).hasSize(4);
    }

    @Test
    void rulesThatNeedAllLendNothing() {
        own(0, 1, 2, 3);
        gate.hear(new Notice.Demand("busy", nowMs.get() + 60_000));
        sent(0, new Right(NORMAL, Optional.of(new Ceiling("one", 60))));
        sent(1, new Right(NORMAL, Optional.of(new Ceiling("other", 60))));
        assertThat(gate.news()).isEmpty();
    }

    @Test
    void tasksUnderACeilingTakeTurns() {
        own(0, 1, 2, 3);
        saveUp(UNDER_A_QUARTER);
        int[] taken = new int[2];
        for (int passed = 0; passed < 16_000; passed += 100) {
            for (int task = 0; task < 2; task++) {
                taken[task] += sent(task, UNDER_A_QUARTER);
            }
            pass(100, 2, 3);
        }
        assertThat(taken[0]).as("two saved up").isEqualTo(22);
        assertThat(taken[1]).isBetween(19, 20);
    }

    @Test
    void underACeilingBetterLanesGoFirst() {
        own(0, 1, 2, 3);
        saveUp(UNDER_A_QUARTER);
        Right urgent = new Right(URGENT, UNDER_A_QUARTER.ceiling());
        sent(0, UNDER_A_QUARTER);
        sent(1, urgent);
        nowMs.addAndGet(400);
        assertThat(gate.tryEnter(0, List.of(UNDER_A_QUARTER))).isEmpty();
        assertThat(gate.tryEnter(1, List.of(urgent))).contains(urgent);
    }

    @Test
    void oneThatWaitsNoMoreStandsInNobodysWayUnderACeiling() {
        own(0, 1, 2, 3);
        saveUp(UNDER_A_QUARTER);
        List<Runnable> ends = List.of(
                () -> gate.withdraw(0),
                () -> gate.left(0),
                () -> gate.tryEnter(0, only(BULK)).ifPresent(gate::giveBack));
        for (Runnable end : ends) {
            sent(0, UNDER_A_QUARTER);
            sent(1, UNDER_A_QUARTER);
            end.run();
            nowMs.addAndGet(600);
            assertThat(gate.tryEnter(1, List.of(UNDER_A_QUARTER))).isPresent();
            own(0, 1, 2, 3);
        }
    }

    @Test
    void whatIsGivenBackMayBeTakenAgainUnderItsCeiling() {
        own(0, 1, 2, 3);
        saveUp(UNDER_A_QUARTER);
        gate.tryEnter(0, List.of(UNDER_A_QUARTER));
        gate.tryEnter(0, List.of(UNDER_A_QUARTER));
        assertThat(gate.tryEnter(0, List.of(UNDER_A_QUARTER))).isEmpty();
        gate.giveBack(UNDER_A_QUARTER);
        assertThat(gate.tryEnter(0, List.of(UNDER_A_QUARTER))).contains(UNDER_A_QUARTER);
        assertThat(gate.tryEnter(0, List.of(UNDER_A_QUARTER))).isEmpty();
    }

    @Test
    void nothingIsTakenOfARulesPartWhileTheCloudCannotBeCalled() {
        own(0, 1, 2, 3);
        saveUp(UNDER_A_QUARTER);
        callable.set(false);
        assertThat(sent(0, UNDER_A_QUARTER)).isZero();
        callable.set(true);
        assertThat(sent(0, UNDER_A_QUARTER)).isEqualTo(2);
    }

    @Test
    void evenTheSmallestPartIsACallNowAndThen() {
        Right one = new Right(NORMAL, Optional.of(new Ceiling("least", 1)));
        own(0, 1, 2, 3);
        assertThat(sent(0, one)).as("starts with nothing").isZero();
        pass(11_000, 0, 1, 2, 3);
        assertThat(sent(0, one)).isEqualTo(1);
        pass(60_000, 0, 1, 2, 3);
        assertThat(sent(0, one)).as("and saves up no more than one").isEqualTo(1);
    }

    @Test
    void aRuleThatIsNewStartsWithNothing() {
        own(0, 1, 2, 3);
        assertThat(gate.tryEnter(0, List.of(new Right(NORMAL, Optional.of(new Ceiling("new", 99))))))
                .isEmpty();
    }

    @Test
    void a429StopsAllAndIsToldOnce() {
        own(0, 1, 2, 3);
        gate.throttled(5_000);
        assertThat(gate.tryEnter(0, only(URGENT))).isEmpty();
        assertThat(gate.depart(Set.of(URGENT))).isEmpty();
        assertThat(gate.news())
                .first()
                .isInstanceOfSatisfying(
                        Notice.Rest.class,
                        rest -> assertThat(rest.coolDown().untilMs()).isEqualTo(nowMs.get() + 5_000));
        assertThat(gate.news()).noneMatch(Notice.Rest.class::isInstance);
    }

    @Test
    void a429OfAnotherInstanceStopsThisOneTooAndThePaceComesBackInSteps() {
        own(0, 1, 2, 3);
        gate.hear(new Notice.Rest(CoolDown.none(1_000).refused(2_000, nowMs.get())));
        pass(1_900, 0, 1, 2, 3);
        assertThat(departures(Set.of(URGENT))).isZero();
        pass(1_000, 0, 1, 2, 3);
        assertThat(departures(Set.of(URGENT))).as("a quarter of ten a second").isBetween(1, 3);
        pass(5_000, 0, 1, 2, 3);
        assertThat(departures(Set.of(URGENT))).isEqualTo(8);
    }

    @Test
    void nothingIsLentOfAPartitionWhoseEarlierLoansAreNotHeardYet() {
        gate.hear(new Notice.Demand("busy", nowMs.get() + 60_000));
        pass(3_000, 0, 1, 2, 3);
        assertThat(gate.news()).isEmpty();

        gate.caughtUp(gate.joining());
        pass(1_000, 0, 1, 2, 3);
        assertThat(gate.news()).hasSize(4).allMatch(Notice.Loan.class::isInstance);
    }

    @Test
    void withAnAddressOfItsOwnAnInstanceHasTheWholeQuotaAndTellsNobody() {
        QuotaGate alone = gate(20, Shares.Scope.PER_INSTANCE);
        alone.withdraw(0);
        nowMs.addAndGet(1_000);
        assertThat(alone.depart(Set.of(URGENT))).contains(URGENT);
        alone.throttled(0);
        assertThat(alone.news()).isEmpty();
    }

    @Test
    void whatWasSentIsCounted() {
        own(0, 1, 2, 3);
        int sent = departures(Set.of(URGENT));
        assertThat(use.inWindow(nowMs.get() * MS)).isEqualTo(sent);
    }

    @Test
    void waitsUntilCallsUnderWayHaveEnded() throws Exception {
        own(0, 1, 2, 3);
        gate.tryEnter(0, only(URGENT));
        CompletableFuture<Boolean> idle = CompletableFuture.supplyAsync(() -> awaitIdle(Duration.ofSeconds(30)));
        gate.ended();
        assertThat(idle.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void doesNotWaitForCallsForEver() {
        AtomicLong ticking = new AtomicLong(nowMs.get() * MS);
        QuotaGate slow = new QuotaGate(
                new Shares(QUOTA, Shares.Scope.PER_INSTANCE, "me", ticking.get()),
                2,
                Map.of(),
                () -> true,
                use,
                () -> Instant.ofEpochMilli(nowMs.get()),
                () -> ticking.addAndGet(500 * MS));
        assertThat(slow.tryEnter(0, only(URGENT))).contains(Right.of(URGENT));
        try {
            assertThat(slow.awaitIdle(Duration.ofMillis(400))).isFalse();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private boolean awaitIdle(Duration limit) {
        try {
            return gate.awaitIdle(limit);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private QuotaGate gate(int slots, Shares.Scope scope) {
        return new QuotaGate(
                new Shares(QUOTA, scope, "me", nowMs.get() * MS),
                slots,
                Map.of(NORMAL, 0.1, BULK, 0.05),
                callable::get,
                use,
                () -> Instant.ofEpochMilli(nowMs.get()),
                () -> nowMs.get() * MS);
    }

    /** The tasks are known for long, and their shares are saved up. */
    private void own(int... tasks) {
        pass(1, tasks);
        gate.caughtUp(gate.joining());
        pass(3_000, tasks);
    }

    /** Lets time pass, in which these tasks are heard of. */
    private void pass(long ms, int... tasks) {
        for (long passed = 0; passed < ms; passed += 100) {
            nowMs.addAndGet(Math.min(100, ms));
            for (int task : tasks) {
                gate.withdraw(task);
            }
        }
    }

    /** Asks for rights that were never asked for, and lets their rules save up what they may. */
    private void saveUp(Right... rights) {
        gate.tryEnter(0, List.of(rights));
        pass(3_000, 0, 1, 2, 3);
    }

    /** Asks for a right until there is none, and sends what it was given. */
    private int sent(int task, Right right) {
        int count = 0;
        while (gate.tryEnter(task, List.of(right)).isPresent()) {
            assertThat(gate.depart(EnumSet.of(right.lane()))).contains(right.lane());
            gate.ended();
            count++;
        }
        return count;
    }

    private static List<Right> only(Lane lane) {
        return List.of(Right.of(lane));
    }

    private int entered(int task, Lane lane) {
        int count = 0;
        while (gate.tryEnter(task, only(lane)).isPresent()) {
            count++;
        }
        return count;
    }

    private int departures(Set<Lane> waiting) {
        int count = 0;
        for (Optional<Lane> lane = gate.depart(waiting); lane.isPresent(); lane = gate.depart(waiting)) {
            count++;
        }
        return count;
    }
}
