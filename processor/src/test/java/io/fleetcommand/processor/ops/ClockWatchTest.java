package io.fleetcommand.processor.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockWatchTest {
    private final List<Throwable> failures = new ArrayList<>();
    private Instant time = Instant.parse("2026-03-01T12:00:00Z");
    private long nanos = Long.MAX_VALUE - 5;
    private final ClockWatch watch = new ClockWatch(() -> time, () -> nanos, failures::add);

    private void pass(Duration wall, Duration monotonic) {
        time = time.plus(wall);
        nanos += monotonic.toNanos();
        watch.check();
    }

    @Test
    void clocksThatAgreeAreFineHoweverLongTheInterval() {
        pass(Duration.ofSeconds(2), Duration.ofSeconds(2));
        pass(Duration.ofHours(9), Duration.ofHours(9));
        pass(Duration.ZERO, Duration.ZERO);

        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {5_001, 60_000, 3_600_000, 400L * 24 * 3_600_000})
    void aClockThatIsSetBackEndsTheProcessAndSaysSo(long backMs) {
        pass(Duration.ofSeconds(2), Duration.ofSeconds(2));
        pass(Duration.ofSeconds(2).minusMillis(backMs), Duration.ofSeconds(2));

        assertThat(failures)
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasMessageStartingWith("the wall clock was set back by " + backMs / 1_000
                                + " s, from 2026-03-01T12:00:04Z to " + time));
    }

    @Test
    void littleStepsAndSlewingAreNoMatter() {
        for (int times = 0; times < 1_000; times++) {
            pass(Duration.ofMillis(1_998), Duration.ofSeconds(2));
        }
        pass(Duration.ofSeconds(-3), Duration.ofSeconds(2));

        assertThat(failures).isEmpty();
    }

    @Test
    void aClockThatIsSetForwardEndsNothing() {
        pass(Duration.ofHours(1), Duration.ofSeconds(2));
        pass(Duration.ofSeconds(2), Duration.ofSeconds(2));

        assertThat(failures).isEmpty();
    }
}
