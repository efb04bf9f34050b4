package io.fleetcommand.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    @ParameterizedTest
    @CsvSource({
        "1, 0, 1000",
        "2, 0, 2000",
        "3, 0, 4000",
        "7, 0, 60000",
        "1000, 0, 60000",
        "1, 1, 700",
        "1, 0.5, 850",
        "7, 1, 42000",
        "0, 0, 1000",
        "-5, 0, 1000"
    })
    void aDelayGrowsToItsMaximumWithJitter(int failures, double random, long delayMs) {
        Backoff backoff = new Backoff(1_000, 2, 60_000, 0.3);

        assertThat(backoff.delayMs(failures, random)).isEqualTo(delayMs);
        assertThat(backoff.delay(failures, random)).isEqualTo(Duration.ofMillis(delayMs));
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 10", "3, 20", "7, 320", "8, 600", "9, 600"})
    void aDoublingDelayHasNoJitter(int failures, long seconds) {
        Backoff backoff = Backoff.doubling(Duration.ofSeconds(5), Duration.ofMinutes(10));

        assertThat(backoff.delay(failures)).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(backoff.delay(failures, 1)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"1, 100", "2, 150", "3, 225", "4, 338", "5, 500"})
    void aFactorNeedNotBeTwo(int failures, long delayMs) {
        assertThat(new Backoff(100, 1.5, 500, 0).delayMs(failures, 0)).isEqualTo(delayMs);
    }

    @ParameterizedTest
    @CsvSource({"-1, 2, 10, 0", "1, 0.9, 10, 0", "11, 2, 10, 0", "1, 2, 10, 1.1", "1, 2, 10, -0.1"})
    void anArgumentOutOfRangeIsRejected(long baseMs, double factor, long maxMs, double jitter) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(baseMs, factor, maxMs, jitter));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 40, 5_000, Integer.MAX_VALUE})
    void aDelayIsBoundedForAnyNumberOfFailures(int failures) {
        for (Backoff backoff : List.of(
                new Backoff(1_000, 2, 60_000, 0.5),
                new Backoff(0, 10, 0, 1),
                new Backoff(0, 2, 60_000, 0),
                new Backoff(0, 1, 0, 1),
                new Backoff(Long.MAX_VALUE, 2, Long.MAX_VALUE, 0))) {
            assertThat(backoff.delayMs(failures, 0)).isBetween(0L, backoff.maxMs());
            assertThat(backoff.delayMs(failures, 1)).isBetween(0L, backoff.maxMs());
        }
    }
}
