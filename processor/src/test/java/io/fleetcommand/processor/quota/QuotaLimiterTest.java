package io.fleetcommand.processor.quota;

import static io.fleetcommand.processor.core.request.Priority.BULK;
import static io.fleetcommand.processor.core.request.Priority.NORMAL;
import static io.fleetcommand.processor.core.request.Priority.URGENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.processor.core.policy.RateCap;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One call flows in every 100 ms; eight may be saved up. */
class QuotaLimiterTest {
    private static final long MS = 1_000_000;
    private static final Quota QUOTA = new Quota(300 + 8, Duration.ofSeconds(30), 8, 0, 4);
    private static final QuotaClass CAPPED_AT_A_QUARTER =
            new QuotaClass(NORMAL, Optional.of(new RateCap("quarter", 25)));
    private static final List<QuotaClass> IDLE = List.of();
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final AtomicBoolean cloudAvailable = new AtomicBoolean(true);
    private final SlidingWindowCounter windowCounter =
            new SlidingWindowCounter(QUOTA.window().toNanos(), nowMs.get() * MS);
    private final QuotaLimiter limiter = limiter(20, QuotaShares.Scope.SHARED);
    /** Permits that were reserved and not released, oldest first. */
    private final List<Permit> held = new ArrayList<>();

    @Test
    void aShareCountsOnceItHasJoinedAndTheTopicIsRead() {
        limiter.tryReserve(0, IDLE);
        pass(3_000, 0);
        assertThat(send(BULK)).as("the topic is not read").isEmpty();
        assertThat(limiter.joining()).extracting(JoinedPartition::partition).containsExactly(0);
        limiter.caughtUp(limiter.joining());
        pass(1_000, 0);
        assertThat(send(BULK)).contains(BULK);
    }

    @Test
    void aShareEndsWithItsTask() {
        own(0, 1, 2, 3);
        pass(1_000, 0, 1, 2, 3);
        for (int task = 0; task < 4; task++) {
            limiter.taskClosed(task);
        }
        assertThat(send(URGENT)).isEmpty();
        assertThat(limiter.nanosToPermit(claimed(URGENT))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aShareEndsTwoSecondsAfterItsLastHeartbeat() {
        own(0, 1, 2, 3);
        pass(2_100, 0);
        nowMs.addAndGet(400);
        limiter.tryReserve(0, IDLE);
        assertThat(limiter.nanosToPermit(claimed(URGENT)))
                .as("a quarter of the rate is left")
                .isLessThanOrEqualTo(400 * MS);
        assertThat(sendAll(URGENT)).as("and a quarter of what is saved up").isLessThanOrEqualTo(2);
    }

    @Test
    void callsThatBelongToNoTaskComeOutOfTheTasksShares() {
        own(0);
        int sent = 0;
        for (int ms = 0; ms < 30_000; ms += 10) {
            Optional<Permit> reserved = limiter.tryReserve(-1, List.of(QuotaClass.of(BULK)));
            limiter.taskClosed(-1);
            sent += reserved.flatMap(permit -> limiter.tryAcquire(List.of(permit)))
                            .isPresent()
                    ? 1
                    : 0;
            reserved.ifPresent(Permit::release);
            limiter.caughtUp(limiter.joining());
            nowMs.addAndGet(10);
            limiter.tryReserve(0, List.of());
        }
        assertThat(sent).as("a quarter of ten a second").isBetween(74, 77);
        assertThat(limiter.inFlight()).isZero();
    }

    @Test
    void callsAreClaimedAheadOfTheQuotaAndNoFurther() {
        own(0, 1, 2, 3);
        sent(0, QuotaClass.of(URGENT));
        assertThat(reserveAll(0, QuotaClass.of(BULK)))
                .as("half a second at ten a second")
                .isEqualTo(5);
    }

    @Test
    void aReleasedClaimMayBeTakenAgain() {
        own(0, 1, 2, 3);
        int claimed = reserveAll(0, QuotaClass.of(BULK));
        release(QuotaClass.of(BULK));
        assertThat(reserveAll(0, QuotaClass.of(BULK))).isEqualTo(1);
        assertThat(limiter.inFlight()).isEqualTo(claimed);
    }

    @Test
    void urgentCallsAreClaimedHoweverManyOthersAre() {
        own(0, 1, 2, 3);
        assertThat(reserveAll(0, QuotaClass.of(BULK))).isPositive();
        assertThat(reserve(1, QuotaClass.of(URGENT))).contains(QuotaClass.of(URGENT));
    }

    @Test
    void noPriorityIsStarved() {
        own(0, 1, 2, 3);
        assertThat(reserveAll(0, QuotaClass.of(URGENT))).isPositive();
        assertThat(reserve(1, QuotaClass.of(BULK))).contains(QuotaClass.of(BULK));
        assertThat(reserve(1, QuotaClass.of(BULK))).isEmpty();
    }

    @Test
    void otherCallsLeaveOneForUrgentRequests() {
        own(0, 1, 2, 3);
        pass(1_000, 0, 1, 2, 3);
        assertThat(sendAll(BULK)).isEqualTo(7);
        assertThat(send(BULK, URGENT)).contains(URGENT);
        assertThat(send(URGENT)).isEmpty();
    }

    @Test
    void tellsWhenTheNextCallMayBeSent() {
        own(0, 1, 2, 3);
        sendAll(URGENT);
        assertThat(limiter.nanosToPermit(claimed(URGENT))).isBetween(1L, 100 * MS);
        assertThat(limiter.nanosToPermit(claimed(BULK))).isBetween(100 * MS, 200 * MS);
    }

    @Test
    void tasksOfAPriorityTakeTurns() {
        own(0, 1, 2, 3);
        assertThat(reserveAll(0, QuotaClass.of(BULK))).isPositive();
        limiter.tryReserve(0, IDLE);
        assertThat(reserve(1, QuotaClass.of(BULK))).isEmpty();
        nowMs.addAndGet(1);
        assertThat(reserve(0, QuotaClass.of(BULK))).isEmpty();
        release(QuotaClass.of(BULK));
        assertThat(reserve(0, QuotaClass.of(BULK)))
                .as("task 1 has waited longer")
                .isEmpty();
        assertThat(reserve(1, QuotaClass.of(BULK))).contains(QuotaClass.of(BULK));
    }

    @Test
    void aFewSlotsAreLeftToUrgentCalls() {
        QuotaLimiter small = limiter(10, QuotaShares.Scope.PER_INSTANCE);
        nowMs.addAndGet(1_000);
        small.tryReserve(0, IDLE);
        int claimed = 0;
        while (reserve(small, 0, QuotaClass.of(NORMAL)).isPresent()) {
            small.tryAcquire(List.of(held.get(claimed)));
            claimed++;
            nowMs.addAndGet(100);
        }
        assertThat(claimed).isEqualTo(9);
        assertThat(reserve(small, 0, QuotaClass.of(URGENT))).contains(QuotaClass.of(URGENT));
        assertThat(reserve(small, 0, QuotaClass.of(URGENT)))
                .as("all slots are taken")
                .isEmpty();
        held.get(0).release();
        assertThat(reserve(small, 0, QuotaClass.of(URGENT))).contains(QuotaClass.of(URGENT));
    }

    @Test
    void nothingIsClaimedWhileTheCloudIsUnavailable() {
        own(0, 1, 2, 3);
        cloudAvailable.set(false);
        assertThat(reserve(0, QuotaClass.of(URGENT), QuotaClass.of(BULK))).isEmpty();
        cloudAvailable.set(true);
        assertThat(reserve(0, QuotaClass.of(URGENT), QuotaClass.of(BULK))).contains(QuotaClass.of(URGENT));
    }

    @Test
    void aRuleTakesNoMoreThanItsRateCap() {
        own(0, 1, 2, 3);
        saveUp(CAPPED_AT_A_QUARTER);
        int taken = 0;
        for (int passed = 0; passed < 30_000; passed += 100) {
            taken += sent(0, CAPPED_AT_A_QUARTER);
            pass(100, 0, 1, 2, 3);
        }
        assertThat(taken).as("of 308 calls, two saved up").isBetween(76, 77);
    }

    @Test
    void aRateCapIsAPartOfTheOwnedShares() {
        own(0);
        assertThat(sent(0, CAPPED_AT_A_QUARTER)).as("it starts with nothing").isZero();
        pass(1_500, 0);
        assertThat(sent(0, CAPPED_AT_A_QUARTER))
                .as("at 2.5 calls a second for four")
                .isZero();
        pass(200, 0);
        assertThat(sent(0, CAPPED_AT_A_QUARTER)).isEqualTo(1);
        limiter.taskClosed(0);
        assertThat(reserve(0, CAPPED_AT_A_QUARTER)).isEmpty();
    }

    @Test
    void aRateCapIgnoresSharesThatDoNotCountYet() {
        pass(1_000, 0);
        assertThat(reserve(0, CAPPED_AT_A_QUARTER)).isEmpty();
        pass(5_000, 0);
        assertThat(reserve(0, CAPPED_AT_A_QUARTER)).isEmpty();

        limiter.caughtUp(limiter.joining());
        pass(2_000, 0);
        assertThat(reserve(0, CAPPED_AT_A_QUARTER)).contains(CAPPED_AT_A_QUARTER);
    }

    @Test
    void withAnAddressOfItsOwnARateCapIsOfTheWholeQuota() {
        QuotaLimiter alone = limiter(20, QuotaShares.Scope.PER_INSTANCE);
        assertThat(reserve(alone, 0, CAPPED_AT_A_QUARTER))
                .as("it starts with nothing")
                .isEmpty();
        nowMs.addAndGet(400);
        assertThat(reserve(alone, 0, CAPPED_AT_A_QUARTER)).contains(CAPPED_AT_A_QUARTER);
    }

    @Test
    void requestsOverTheirRateCapBlockNoOthers() {
        own(0, 1, 2, 3);
        saveUp(CAPPED_AT_A_QUARTER);
        assertThat(sent(0, CAPPED_AT_A_QUARTER)).isEqualTo(2);

        assertThat(reserve(0, CAPPED_AT_A_QUARTER)).isEmpty();
        assertThat(reserve(0, CAPPED_AT_A_QUARTER, QuotaClass.of(BULK))).contains(QuotaClass.of(BULK));
        assertThat(reserveAll(1, QuotaClass.of(BULK)))
                .as("ten a second, and what is saved up")
                .isGreaterThanOrEqualTo(9);
    }

    @Test
    void aTaskThatOnlyARateCapHoldsBackBlocksNoOther() {
        own(0, 1, 2, 3);
        assertThat(reserveAll(0, QuotaClass.of(BULK))).as("until it waits").isPositive();
        assertThat(reserve(0, CAPPED_AT_A_QUARTER)).isEmpty();

        release(QuotaClass.of(BULK));
        assertThat(reserve(1, QuotaClass.of(BULK))).contains(QuotaClass.of(BULK));
    }

    @Test
    void requestsOverTheirRateCapDemandNoMoreQuota() {
        own(0, 1, 2, 3);
        saveUp(CAPPED_AT_A_QUARTER);
        for (int passed = 0; passed < 5_000; passed += 100) {
            sent(0, CAPPED_AT_A_QUARTER);
            nowMs.addAndGet(100);
        }
        assertThat(limiter.pendingMessages()).isEmpty();
    }

    @Test
    void lendsOnlyWhatWaitingRulesDoNotNeed() {
        own(0, 1, 2, 3);
        saveUp(CAPPED_AT_A_QUARTER);
        limiter.apply(new QuotaMessage.Demand("busy", nowMs.get() + 60_000));
        sent(0, CAPPED_AT_A_QUARTER);
        sent(1, new QuotaClass(NORMAL, Optional.of(new RateCap("other", 1))));
        assertThat(limiter.pendingMessages())
                .as("26 % of four shares are kept")
                .extracting(message -> ((QuotaMessage.Loan) message).partition())
                .containsExactly(2, 3);
    }

    @Test
    void aRuleWithoutRequestsKeepsNothingFromBeingLent() {
        own(0, 1, 2, 3);
        saveUp(CAPPED_AT_A_QUARTER);
        limiter.apply(new QuotaMessage.Demand("busy", nowMs.get() + 60_000));
        sent(0, CAPPED_AT_A_QUARTER);
        limiter.tryReserve(0, IDLE);
        assertThat(limiter.pendingMessages()).hasSize(4);
    }

    @Test
    void rulesThatNeedAllLendNothing() {
        own(0, 1, 2, 3);
        limiter.apply(new QuotaMessage.Demand("busy", nowMs.get() + 60_000));
        sent(0, new QuotaClass(NORMAL, Optional.of(new RateCap("one", 60))));
        sent(1, new QuotaClass(NORMAL, Optional.of(new RateCap("other", 60))));
        assertThat(limiter.pendingMessages()).isEmpty();
    }

    @Test
    void tasksUnderARateCapTakeTurns() {
        own(0, 1, 2, 3);
        saveUp(CAPPED_AT_A_QUARTER);
        int[] taken = new int[2];
        for (int passed = 0; passed < 16_000; passed += 100) {
            for (int task = 0; task < 2; task++) {
                taken[task] += sent(task, CAPPED_AT_A_QUARTER);
            }
            pass(100, 2, 3);
        }
        assertThat(taken[0]).as("two saved up").isEqualTo(22);
        assertThat(taken[1]).isBetween(19, 20);
    }

    @Test
    void underARateCapHigherPrioritiesGoFirst() {
        own(0, 1, 2, 3);
        saveUp(CAPPED_AT_A_QUARTER);
        QuotaClass urgent = new QuotaClass(URGENT, CAPPED_AT_A_QUARTER.rateCap());
        sent(0, CAPPED_AT_A_QUARTER);
        sent(1, urgent);
        nowMs.addAndGet(400);
        assertThat(reserve(0, CAPPED_AT_A_QUARTER)).isEmpty();
        assertThat(reserve(1, urgent)).contains(urgent);
    }

    @Test
    void aTaskThatStopsWaitingBlocksNoOtherUnderARateCap() {
        own(0, 1, 2, 3);
        saveUp(CAPPED_AT_A_QUARTER);
        List<Runnable> ends = List.of(
                () -> limiter.tryReserve(0, IDLE),
                () -> limiter.taskClosed(0),
                () -> reserve(0, QuotaClass.of(BULK)).ifPresent(this::release));
        for (Runnable end : ends) {
            sent(0, CAPPED_AT_A_QUARTER);
            sent(1, CAPPED_AT_A_QUARTER);
            end.run();
            nowMs.addAndGet(600);
            assertThat(reserve(1, CAPPED_AT_A_QUARTER)).isPresent();
            own(0, 1, 2, 3);
        }
    }

    @Test
    void aReleasedPermitMayBeTakenAgainUnderItsRateCap() {
        own(0, 1, 2, 3);
        saveUp(CAPPED_AT_A_QUARTER);
        reserve(0, CAPPED_AT_A_QUARTER);
        reserve(0, CAPPED_AT_A_QUARTER);
        assertThat(reserve(0, CAPPED_AT_A_QUARTER)).isEmpty();
        release(CAPPED_AT_A_QUARTER);
        assertThat(reserve(0, CAPPED_AT_A_QUARTER)).contains(CAPPED_AT_A_QUARTER);
        assertThat(reserve(0, CAPPED_AT_A_QUARTER)).isEmpty();
    }

    @Test
    void aPermitThatIsReleasedTwiceIsFreedOnce() {
        own(0, 1, 2, 3);
        saveUp(CAPPED_AT_A_QUARTER);
        Permit first = limiter.tryReserve(0, List.of(CAPPED_AT_A_QUARTER)).orElseThrow();
        Permit second = limiter.tryReserve(0, List.of(CAPPED_AT_A_QUARTER)).orElseThrow();
        first.release();
        first.release();

        assertThat(limiter.inFlight()).isEqualTo(1);
        assertThat(reserve(0, CAPPED_AT_A_QUARTER)).isPresent();
        assertThat(reserve(0, CAPPED_AT_A_QUARTER)).isEmpty();
        second.release();
        assertThat(limiter.inFlight()).isEqualTo(1);
    }

    @Test
    void aUsedPermitFreesItsSlotAndNotItsCall() {
        own(0, 1, 2, 3);
        saveUp(CAPPED_AT_A_QUARTER);
        Permit first = limiter.tryReserve(0, List.of(CAPPED_AT_A_QUARTER)).orElseThrow();
        assertThat(limiter.tryAcquire(List.of(first))).containsSame(first);
        assertThat(limiter.inFlight()).isEqualTo(1);
        first.release();

        assertThat(limiter.inFlight()).isZero();
        assertThat(sent(0, CAPPED_AT_A_QUARTER)).as("of two saved up").isEqualTo(1);
    }

    @Test
    void aPermitIsUsedOnce() {
        own(0, 1, 2, 3);
        List<Permit> permits =
                limiter.tryReserve(0, List.of(QuotaClass.of(URGENT))).stream().toList();
        limiter.tryAcquire(permits);

        assertThatThrownBy(() -> limiter.tryAcquire(permits)).isInstanceOf(IllegalStateException.class);
        assertThat(windowCounter.inWindow(nowMs.get() * MS)).isEqualTo(1);
    }

    @Test
    void noRateCapIsUsedWhileTheCloudIsUnavailable() {
        own(0, 1, 2, 3);
        saveUp(CAPPED_AT_A_QUARTER);
        cloudAvailable.set(false);
        assertThat(sent(0, CAPPED_AT_A_QUARTER)).isZero();
        cloudAvailable.set(true);
        assertThat(sent(0, CAPPED_AT_A_QUARTER)).isEqualTo(2);
    }

    @Test
    void evenTheLowestRateCapAllowsAnOccasionalCall() {
        QuotaClass one = new QuotaClass(NORMAL, Optional.of(new RateCap("least", 1)));
        own(0, 1, 2, 3);
        assertThat(sent(0, one)).as("starts with nothing").isZero();
        pass(11_000, 0, 1, 2, 3);
        assertThat(sent(0, one)).isEqualTo(1);
        pass(60_000, 0, 1, 2, 3);
        assertThat(sent(0, one)).as("and saves up no more than one").isEqualTo(1);
    }

    @Test
    void aNewRateCapStartsEmpty() {
        own(0, 1, 2, 3);
        assertThat(reserve(0, new QuotaClass(NORMAL, Optional.of(new RateCap("new", 99)))))
                .isEmpty();
    }

    @Test
    void a429StopsAllCallsAndIsPublishedOnce() {
        own(0, 1, 2, 3);
        limiter.throttled(5_000);
        assertThat(reserve(0, QuotaClass.of(URGENT))).isEmpty();
        assertThat(send(URGENT)).isEmpty();
        assertThat(limiter.pendingMessages())
                .first()
                .isInstanceOfSatisfying(
                        QuotaMessage.CoolingDown.class,
                        cooling -> assertThat(cooling.coolDown().untilMs()).isEqualTo(nowMs.get() + 5_000));
        assertThat(limiter.pendingMessages()).noneMatch(QuotaMessage.CoolingDown.class::isInstance);
    }

    @Test
    void a429OfAnotherInstanceCoolsDownThisOneToo() {
        own(0, 1, 2, 3);
        limiter.apply(new QuotaMessage.CoolingDown(CoolDown.none(1_000).throttled(2_000, nowMs.get())));
        pass(1_900, 0, 1, 2, 3);
        assertThat(sendAll(URGENT)).isZero();
        pass(1_000, 0, 1, 2, 3);
        assertThat(sendAll(URGENT)).as("a quarter of ten a second").isBetween(1, 3);
        pass(5_000, 0, 1, 2, 3);
        assertThat(sendAll(URGENT)).isEqualTo(8);
    }

    @Test
    void nothingIsLentBeforeEarlierLoansAreRead() {
        limiter.apply(new QuotaMessage.Demand("busy", nowMs.get() + 60_000));
        pass(3_000, 0, 1, 2, 3);
        assertThat(limiter.pendingMessages()).isEmpty();

        limiter.caughtUp(limiter.joining());
        pass(1_000, 0, 1, 2, 3);
        assertThat(limiter.pendingMessages()).hasSize(4).allMatch(QuotaMessage.Loan.class::isInstance);
    }

    @Test
    void withAnAddressOfItsOwnItHasTheWholeQuotaAndPublishesNothing() {
        QuotaLimiter alone = limiter(20, QuotaShares.Scope.PER_INSTANCE);
        alone.tryReserve(0, IDLE);
        nowMs.addAndGet(1_000);
        assertThat(send(alone, URGENT)).contains(URGENT);
        alone.throttled(0);
        assertThat(alone.pendingMessages()).isEmpty();
    }

    @Test
    void sentCallsAreCounted() {
        own(0, 1, 2, 3);
        int sent = sendAll(URGENT);
        assertThat(windowCounter.inWindow(nowMs.get() * MS)).isEqualTo(sent);
    }

    @Test
    void awaitIdleWaitsForCallsInFlight() throws Exception {
        own(0, 1, 2, 3);
        reserve(0, QuotaClass.of(URGENT));
        CompletableFuture<Boolean> idle = CompletableFuture.supplyAsync(() -> awaitIdle(Duration.ofSeconds(30)));
        release(QuotaClass.of(URGENT));
        assertThat(idle.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void awaitIdleTimesOut() {
        AtomicLong ticking = new AtomicLong(nowMs.get() * MS);
        QuotaLimiter slow = new QuotaLimiter(
                new QuotaShares(QUOTA, QuotaShares.Scope.PER_INSTANCE, "me", ticking.get()),
                2,
                Map.of(),
                () -> true,
                windowCounter,
                () -> Instant.ofEpochMilli(nowMs.get()),
                () -> ticking.addAndGet(500 * MS));
        assertThat(reserve(slow, 0, QuotaClass.of(URGENT))).contains(QuotaClass.of(URGENT));
        try {
            assertThat(slow.awaitIdle(Duration.ofMillis(400))).isFalse();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private boolean awaitIdle(Duration limit) {
        try {
            return limiter.awaitIdle(limit);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private QuotaLimiter limiter(int slots, QuotaShares.Scope scope) {
        return new QuotaLimiter(
                new QuotaShares(QUOTA, scope, "me", nowMs.get() * MS),
                slots,
                Map.of(NORMAL, 0.1, BULK, 0.05),
                cloudAvailable::get,
                windowCounter,
                () -> Instant.ofEpochMilli(nowMs.get()),
                () -> nowMs.get() * MS);
    }

    /** Lets the tasks' shares join and fill their buckets. */
    private void own(int... tasks) {
        pass(1, tasks);
        limiter.caughtUp(limiter.joining());
        pass(3_000, tasks);
    }

    /** Lets time pass while these tasks send heartbeats. */
    private void pass(long ms, int... tasks) {
        for (long passed = 0; passed < ms; passed += 100) {
            nowMs.addAndGet(Math.min(100, ms));
            for (int task : tasks) {
                limiter.tryReserve(task, IDLE);
            }
        }
    }

    /** Asks for permits for the first time, and lets the buckets of their rate caps fill. */
    private void saveUp(QuotaClass... wanted) {
        limiter.tryReserve(0, List.of(wanted));
        pass(3_000, 0, 1, 2, 3);
    }

    /**
     * Sends calls, each of which ends at once, until a permit is not granted or there is no quota to send its call.
     *
     * @return how many
     */
    private int sent(int task, QuotaClass quotaClass) {
        int count = 0;
        for (Optional<Permit> permit = limiter.tryReserve(task, List.of(quotaClass));
                permit.isPresent();
                permit = limiter.tryReserve(task, List.of(quotaClass))) {
            boolean isSent = limiter.tryAcquire(List.of(permit.get())).isPresent();
            permit.get().release();
            if (!isSent) {
                return count;
            }
            count++;
        }
        return count;
    }

    private Optional<QuotaClass> reserve(int task, QuotaClass... wanted) {
        return reserve(limiter, task, wanted);
    }

    private Optional<QuotaClass> reserve(QuotaLimiter from, int task, QuotaClass... wanted) {
        Optional<Permit> permit = from.tryReserve(task, List.of(wanted));
        permit.ifPresent(held::add);
        return permit.map(Permit::quotaClass);
    }

    private int reserveAll(int task, QuotaClass quotaClass) {
        int count = 0;
        while (reserve(task, quotaClass).isPresent()) {
            count++;
        }
        return count;
    }

    /** Releases the oldest permit of a class that is held. */
    private void release(QuotaClass quotaClass) {
        Permit first = held.stream()
                .filter(permit -> permit.quotaClass().equals(quotaClass))
                .findFirst()
                .orElseThrow();
        held.remove(first);
        first.release();
    }

    /** Sends one of several calls that were claimed before. */
    private Optional<Priority> send(Priority... waiting) {
        return send(limiter, waiting);
    }

    private static Optional<Priority> send(QuotaLimiter limiter, Priority... waiting) {
        return limiter.tryAcquire(claimed(waiting)).map(Permit::priority);
    }

    /** Permits of calls that were claimed before. */
    private static List<Permit> claimed(Priority... priorities) {
        return Stream.of(priorities)
                .map(priority -> new Permit(QuotaClass.of(priority), (quotaClass, used) -> {}))
                .toList();
    }

    private int sendAll(Priority... waiting) {
        int count = 0;
        while (send(waiting).isPresent()) {
            count++;
        }
        return count;
    }
}
