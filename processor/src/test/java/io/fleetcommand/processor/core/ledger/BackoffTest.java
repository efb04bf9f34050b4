package io.fleetcommand.processor.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    private final Backoff backoff = new Backoff(1_000, 2, 60_000, 0.3);

    @ParameterizedTest
    @CsvSource({
        "1, 0, 1000",
        "2, 0, 2000",
        "3, 0, 4000",
        "7, 0, 60000",
        "1000, 0, 60000",
        "1, 1, 700",
        "1, 0.5, 850",
        "0, 0, 1000"
    })
    void growsToItsMaximumWithJitter(int failures, double random, long delayMs) {
        assertThat(backoff.delayMs(failures, random)).isEqualTo(delayMs);
    }

    @Test
    void rejectsInvalidArguments() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(-1, 2, 10, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(1, 0.9, 10, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(11, 2, 10, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(1, 2, 10, 1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(1, 2, 10, -0.1));
        assertThat(new Backoff(0, 1, 0, 1).delayMs(3, 1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 40, 5_000, Integer.MAX_VALUE})
    void isBoundedForAnyNumberOfFailures(int failures) {
        for (Backoff backoff : List.of(
                new Backoff(1_000, 2, 60_000, 0.5),
                new Backoff(0, 10, 0, 1),
                new Backoff(0, 2, 60_000, 0),
                new Backoff(Long.MAX_VALUE, 2, Long.MAX_VALUE, 0))) {
            assertThat(backoff.delayMs(failures, 0)).isBetween(0L, backoff.maxMs());
            assertThat(backoff.delayMs(failures, 1)).isBetween(0L, backoff.maxMs());
        }
    }
}
