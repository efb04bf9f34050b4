package io.fleetcommand.processor.quota;

import static io.fleetcommand.processor.core.Lane.BULK;
import static io.fleetcommand.processor.core.Lane.NORMAL;
import static io.fleetcommand.processor.core.Lane.URGENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
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
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final AtomicBoolean callable = new AtomicBoolean(true);
    private final QuotaUse use = new QuotaUse(QUOTA.window().toNanos(), nowMs.get() * MS);
    private final QuotaGate gate = gate(20, Shares.Scope.SHARED);

    @Test
    void aShareCountsOnceItsTaskIsKnownForASecondAndTheBoardIsRead() {
        gate.withdraw(0);
        pass(3_000, 0);
        assertThat(gate.depart(Set.of(BULK))).as("the board is not read").isEmpty();
        assertThat(gate.joining()).containsExactly(0);
        gate.caughtUp(Set.of(0));
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
        while (gate.tryEnter(0, Set.of(URGENT)).isPresent()
                && gate.depart(Set.of(URGENT)).isPresent()) {
            gate.ended();
        }
        gate.giveBack(URGENT);
        assertThat(entered(0, BULK)).as("half a second at ten a second").isEqualTo(5);
    }

    @Test
    void whatIsGivenBackMakesRoom() {
        own(0, 1, 2, 3);
        int claimed = entered(0, BULK);
        gate.giveBack(BULK);
        assertThat(entered(0, BULK)).isEqualTo(1);
        assertThat(gate.inFlight()).isEqualTo(claimed);
    }

    @Test
    void urgentWorkIsClaimedHoweverMuchOtherWorkIs() {
        own(0, 1, 2, 3);
        assertThat(entered(0, BULK)).isPositive();
        assertThat(gate.tryEnter(1, Set.of(URGENT))).contains(URGENT);
    }

    @Test
    void noLaneIsShutOut() {
        own(0, 1, 2, 3);
        assertThat(entered(0, URGENT)).isPositive();
        assertThat(gate.tryEnter(1, Set.of(BULK))).contains(BULK);
        assertThat(gate.tryEnter(1, Set.of(BULK))).isEmpty();
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
        assertThat(gate.tryEnter(1, Set.of(BULK))).isEmpty();
        nowMs.addAndGet(1);
        assertThat(gate.tryEnter(0, Set.of(BULK))).isEmpty();
        gate.giveBack(BULK);
        assertThat(gate.tryEnter(0, Set.of(BULK)))
                .as("task 1 has waited longer")
                .isEmpty();
        assertThat(gate.tryEnter(1, Set.of(BULK))).contains(BULK);
    }

    @Test
    void aFewSlotsAreLeftToUrgentCalls() {
        QuotaGate small = gate(10, Shares.Scope.PER_INSTANCE);
        nowMs.addAndGet(1_000);
        small.withdraw(0);
        int claimed = 0;
        while (small.tryEnter(0, Set.of(NORMAL)).isPresent()) {
            small.depart(Set.of(NORMAL));
            claimed++;
            nowMs.addAndGet(100);
        }
        assertThat(claimed).isEqualTo(9);
        assertThat(small.tryEnter(0, Set.of(URGENT))).contains(URGENT);
        assertThat(small.tryEnter(0, Set.of(URGENT))).as("all slots are taken").isEmpty();
        small.ended();
        assertThat(small.tryEnter(0, Set.of(URGENT))).contains(URGENT);
    }

    @Test
    void nothingIsClaimedWhileTheCloudCannotBeCalled() {
        own(0, 1, 2, 3);
        callable.set(false);
        assertThat(gate.tryEnter(0, EnumSet.allOf(Lane.class))).isEmpty();
        callable.set(true);
        assertThat(gate.tryEnter(0, EnumSet.allOf(Lane.class))).contains(URGENT);
    }

    @Test
    void a429StopsAllAndIsToldOnce() {
        own(0, 1, 2, 3);
        gate.throttled(5_000);
        assertThat(gate.tryEnter(0, Set.of(URGENT))).isEmpty();
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
        gate.tryEnter(0, Set.of(URGENT));
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
        assertThat(slow.tryEnter(0, Set.of(URGENT))).contains(URGENT);
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

    private int entered(int task, Lane lane) {
        int count = 0;
        while (gate.tryEnter(task, Set.of(lane)).isPresent()) {
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
