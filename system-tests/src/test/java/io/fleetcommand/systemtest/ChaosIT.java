package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.stack.Installation;
import io.fleetcommand.systemtest.chaos.Chaos;
import io.fleetcommand.systemtest.chaos.ChaosReport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every promise, held against what the simulated devices counted while parts of the system were killed. */
class ChaosIT {
    private static final int PER_SECOND = 40;

    @Test
    void everyRequestHasOneAnswerAndNoDeviceIsCalledTwiceWithoutCauseWhateverDies() {
        ChaosReport verdict =
                new Chaos(2_500, PER_SECOND, 11, false, Map.of()).run(Installation.find(), answered -> {});

        assertThat(verdict.broken()).as("%s", verdict.figures()).isEmpty();
        assertThat(verdict.figures()).containsEntry("answered", 2_500L);
        assertThat(List.of("kills", "graceful_restarts", "broker_restarts", "faults_injected"))
                .allSatisfy(kind -> assertThat(verdict.figures().get(kind).intValue())
                        .as(kind)
                        .isPositive());
    }

    @Test
    void rollingRestartsAloneLetNoDeviceBeCalledTwiceAndNoOutcomeBeUnknownWithTheStreamsGroupProtocol() {
        ChaosReport verdict = new Chaos(600, PER_SECOND, 12, true, Map.of("streams.group.protocol", "streams"))
                .run(Installation.find(), answered -> {});

        assertThat(verdict.broken()).as("%s", verdict.figures()).isEmpty();
        assertThat(verdict.figures()).containsEntry("answered", 600L);
        assertThat(verdict.figures().get("graceful_restarts").intValue()).isPositive();
    }
}
