package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.cli.chaos.Chaos;
import io.fleetcommand.cli.chaos.Verdict;
import io.fleetcommand.cli.stack.Installation;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The promises on real components under every kind of trouble; {@code ./fleet chaos} does the same for longer. */
class ChaosIT {
    private static final int PER_SECOND = 40;

    @Test
    void everyPromiseIsKeptWhileProcessorsDieTheBrokerRestartsAndTheCloudFails() {
        assertKept(new Chaos(1_000, PER_SECOND, 11, false, Map.of()));
    }

    @Test
    void rollingRestartsAloneCallNoDeviceTwiceAndLoseNoOutcome() {
        assertKept(new Chaos(600, PER_SECOND, 12, true, Map.of("streams.group.protocol", "streams")));
    }

    private static void assertKept(Chaos chaos) {
        Verdict verdict = chaos.run(Installation.find(), answered -> {});
        assertThat(verdict.broken()).as(verdict.figures().toString()).isEmpty();
        assertThat(verdict.figures().get("answered")).isEqualTo((long) chaos.requests());
    }
}
