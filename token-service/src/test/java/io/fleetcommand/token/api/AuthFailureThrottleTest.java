package io.fleetcommand.token.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AuthFailureThrottleTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final AuthFailureThrottle guesses = new AuthFailureThrottle();

    @Test
    void aFewMistakesAreFreeAndThenEachPauseIsTwiceTheLast() {
        for (int mistake = 1; mistake < AuthFailureThrottle.FREE_FAILURES; mistake++) {
            guesses.recordFailure("a", NOW);
            assertThat(guesses.pause("a", NOW)).isZero();
        }
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            guesses.recordFailure("a", NOW);
            assertThat(guesses.pause("a", NOW)).isEqualTo(Duration.ofSeconds(seconds));
        }
        assertThat(guesses.pause("a", NOW.plusSeconds(60))).isZero();
        assertThat(guesses.pause("b", NOW)).isZero();
    }

    @Test
    void aRightSecretForgetsThem() {
        for (int mistake = 1; mistake < AuthFailureThrottle.FREE_FAILURES; mistake++) {
            guesses.recordFailure("a", NOW);
        }
        guesses.reset("a");
        guesses.recordFailure("a", NOW);

        assertThat(guesses.pause("a", NOW)).isZero();
    }

    @Test
    void anAttackFromManyAddressesDoesNotGrowTheMemory() {
        for (int mistake = 0; mistake < AuthFailureThrottle.FREE_FAILURES; mistake++) {
            guesses.recordFailure("first", NOW);
        }
        assertThat(guesses.pause("first", NOW)).isPositive();

        for (int address = 0; address < AuthFailureThrottle.MAX_ADDRESSES; address++) {
            guesses.recordFailure("address-" + address, NOW);
        }

        assertThat(guesses.pause("first", NOW)).as("the oldest is forgotten").isZero();
    }
}
