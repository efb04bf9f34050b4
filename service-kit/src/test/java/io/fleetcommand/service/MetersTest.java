package io.fleetcommand.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetersTest {
    private static final Instrument CALLS =
            Instrument.counter("fleet.calls", "Calls that ended.").by("outcome", Outcome.values());
    private static final Instrument AGE = Instrument.gauge("fleet.age", "seconds", "How old it is.");
    private static final Instrument WAIT = Instrument.timer("fleet.wait", "How long it waited.");

    @Test
    void everyKindIsScrapedUnderItsDeclaredName() {
        try (Meters meters = new Meters()) {
            CALLS.counter(meters.registry(), Outcome.DONE).increment();
            AGE.gauge(meters.registry(), () -> 7);
            WAIT.timer(meters.registry()).record(Duration.ofMillis(20));

            assertThat(meters.scrape().lines())
                    .contains(
                            CALLS.scrapedName() + "{outcome=\"done\"} 1.0",
                            AGE.scrapedName() + " 7.0",
                            WAIT.scrapedName() + "_count 1",
                            WAIT.scrapedName() + "_bucket{le=\"0.01\"} 0",
                            WAIT.scrapedName() + "_bucket{le=\"0.05\"} 1",
                            "# HELP fleet_calls_total Calls that ended.");
        }
    }

    @Test
    void theMetricsOfTheJvmAreIncluded() {
        try (Meters meters = new Meters()) {
            assertThat(meters.scrape())
                    .contains("jvm_memory_used_bytes{", "jvm_threads_live_threads ", "process_cpu_usage ");
        }
    }

    @Test
    void aTagHasOnlyItsDeclaredValues() {
        try (Meters meters = new Meters()) {
            assertThatThrownBy(() -> CALLS.counter(meters.registry(), Other.DEVICE_7))
                    .hasMessage("fleet.calls has the tag outcome: done, lost, not device_7");
            assertThatThrownBy(() -> CALLS.counter(meters.registry())).hasMessageContaining("has the tags");
        }
    }

    @Test
    void theTableHasARowForEachMetric() {
        assertThat(Instrument.table(List.of(CALLS, AGE))).isEqualTo("""
            | `fleet_calls_total` | counter | outcome: done, lost | Calls that ended. |
            | `fleet_age_seconds` | gauge |  | How old it is. |\
            """);
    }

    private enum Outcome {
        DONE,
        LOST
    }

    private enum Other {
        DEVICE_7
    }
}
