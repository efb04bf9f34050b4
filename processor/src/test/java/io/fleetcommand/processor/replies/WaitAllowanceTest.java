package io.fleetcommand.processor.replies;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitAllowanceTest {
    private final WaitAllowance allowance = new WaitAllowance(500, 0);

    @Test
    void atFirstOneMayWaitForAsLongAsTheLimit() {
        assertThat(allowance.atMostNanos(0)).isEqualTo(500);
        assertThat(allowance.atMostNanos(1_000_000)).isEqualTo(500);
    }

    @Test
    void whoHasWaitedMayWaitForATenthOfTheTimeThatPasses() {
        allowance.waited(500);

        assertThat(allowance.atMostNanos(0)).isZero();
        assertThat(allowance.atMostNanos(1_000)).isEqualTo(100);
        allowance.waited(100);
        assertThat(allowance.atMostNanos(1_900)).isEqualTo(90);
    }

    @Test
    void whatWasWaitedBeyondTheAllowanceIsMadeUpFor() {
        allowance.waited(600);

        assertThat(allowance.atMostNanos(1_000)).isZero();
        assertThat(allowance.atMostNanos(1_500)).isEqualTo(50);
    }
}
