package io.fleetcommand.token.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AuthFailureThrottleTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final AuthFailureThrottle throttle = new AuthFailureThrottle();

    @Test
    void theFirstFailuresAreFreeAndThenEachPauseDoubles() {
        for (int mistake = 1; mistake < AuthFailureThrottle.FREE_FAILURES; mistake++) {
            throttle.recordFailure("a", NOW);
            assertThat(throttle.pause("a", NOW)).isZero();
        }
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            throttle.recordFailure("a", NOW);
            assertThat(throttle.pause("a", NOW)).isEqualTo(Duration.ofSeconds(seconds));
        }
        assertThat(throttle.pause("a", NOW.plusSeconds(60))).isZero();
        assertThat(throttle.pause("b", NOW)).isZero();
    }

    @Test
    void aValidSecretResetsTheFailures() {
        for (int mistake = 1; mistake < AuthFailureThrottle.FREE_FAILURES; mistake++) {
            throttle.recordFailure("a", NOW);
        }
        throttle.reset("a");
        throttle.recordFailure("a", NOW);

        assertThat(throttle.pause("a", NOW)).isZero();
    }

    @Test
    void anAttackFromManyAddressesTakesBoundedMemory() {
        for (int mistake = 0; mistake < AuthFailureThrottle.FREE_FAILURES; mistake++) {
            throttle.recordFailure("first", NOW);
        }
        assertThat(throttle.pause("first", NOW)).isPositive();

        for (int address = 0; address < AuthFailureThrottle.MAX_ADDRESSES; address++) {
            throttle.recordFailure("address-" + address, NOW);
        }

        assertThat(throttle.pause("first", NOW)).as("the oldest is forgotten").isZero();
    }
}
