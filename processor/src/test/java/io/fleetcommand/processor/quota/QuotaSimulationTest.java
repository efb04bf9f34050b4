package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.policy.RateCap;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Checks the guarantee over random histories of a group of instances, in simulated time: rebalances, crashes, processes
 * that resume without knowing what they lost, blocked threads, clocks that jump, messages that are late or lost, any
 * demand.
 */
class QuotaSimulationTest {
    private static final int SEEDS = 1_000;
    private static final Quota QUOTA = new Quota(300, Duration.ofSeconds(30), 24, 6, 6);

    private static final RateCap HALF = new RateCap("half", 50);
    private static final int LIMIT = QUOTA.requests() - QUOTA.headroom();

    @Test
    void noWindowHoldsMoreThanTheLimitWhateverHappens() {
        int worst = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            SimulatedGroup group = new SimulatedGroup(QUOTA, 1 + seed % 4, new Random(seed));
            group.runFor(Duration.ofSeconds(150));
            assertThat(group.worstWindow()).as("seed %s: %s", seed, group).isLessThanOrEqualTo(LIMIT);
            worst = Math.max(worst, group.worstWindow());
        }
        assertThat(worst).as("it comes close to the limit").isGreaterThan(LIMIT - 3);
    }

    @Test
    void noWindowHoldsMoreCallsOfARuleThanItsRateCap() {
        int worst = 0;
        int cap = LIMIT * HALF.percent() / 100;
        for (int seed = 1; seed <= SEEDS / 4; seed++) {
            SimulatedGroup group = new SimulatedGroup(QUOTA, 1 + seed % 4, new Random(seed)).withCap(HALF);
            group.runFor(Duration.ofSeconds(150));
            assertThat(group.worstWindowUnderCap())
                    .as("seed %s: %s", seed, group)
                    .isLessThanOrEqualTo(cap);
            assertThat(group.worstWindow()).as("seed %s: %s", seed, group).isLessThanOrEqualTo(LIMIT);
            worst = Math.max(worst, group.worstWindowUnderCap());
        }
        assertThat(worst).as("it comes close to its rate cap").isGreaterThan(cap - 3);
    }

    @Test
    void lendingTakesNothingFromARateCap() {
        SimulatedGroup group = SimulatedGroup.calm(QUOTA, 2).withAllUnderCap(new RateCap("quarter", 25), 0);
        group.runFor(Duration.ofSeconds(60));
        long before = group.sentBy(0);
        group.runFor(Duration.ofSeconds(60));
        assertThat(group.sentBy(0) - before)
                .as("a quarter of the 270 that its own shares give")
                .isBetween(66L, 68L);
        assertThat(group.sentInLast(Duration.ofSeconds(60)))
                .as("of 540 that flow in: one share is kept, of which a quarter is not used")
                .isGreaterThan(505);
    }

    @Test
    void oneInstanceUsesAllThatFlowsIn() {
        SimulatedGroup group = SimulatedGroup.calm(QUOTA, 1);
        group.runFor(Duration.ofSeconds(120));
        assertThat(group.sentInLast(Duration.ofSeconds(60))).isBetween(536L, 540L);
    }

    @Test
    void threeInstancesUseAllThatFlowsIn() {
        SimulatedGroup group = SimulatedGroup.calm(QUOTA, 3);
        group.runFor(Duration.ofSeconds(120));
        assertThat(group.sentInLast(Duration.ofSeconds(60))).isBetween(534L, 540L);
    }

    @Test
    void oneBusyInstanceOfThreeBorrowsTheIdleShares() {
        SimulatedGroup group = SimulatedGroup.calm(QUOTA, 3).withRequestsOnlyAt(0);
        group.runFor(Duration.ofSeconds(120));
        assertThat(group.sentInLast(Duration.ofSeconds(60)))
                .as("of 540 that flow in for all, 180 for its own shares")
                .isGreaterThan(500);
    }

    @Test
    void aBusyLenderHasItsShareBackWithinTenSeconds() {
        SimulatedGroup group = SimulatedGroup.calm(QUOTA, 2).withRequestsOnlyAt(0);
        group.runFor(Duration.ofSeconds(60));
        group.withRequestsOnlyAt(1);
        group.runFor(Duration.ofSeconds(10));
        long before = group.sentBy(1);
        group.runFor(Duration.ofSeconds(20));
        assertThat(group.sentBy(1) - before)
                .as("of 90 that its own shares give")
                .isGreaterThanOrEqualTo(88);
    }
}
