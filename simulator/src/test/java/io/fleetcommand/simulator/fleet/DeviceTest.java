package io.fleetcommand.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.simulator.fleet.CallOutcome.CallResult;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.timing.Latency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DeviceTest {
    private static final long RUN_NANOS = Duration.ofMillis(15).toNanos();

    private final Device device = new Device(
            new FleetPlan.Member(0, "d", "d", Condition.ONLINE, List.of()),
            "owner@example.com",
            7,
            Timing.DEFAULT.withLatency(Latency.steady(Duration.ofNanos(RUN_NANOS))),
            Profile.CURRENT);

    @Test
    void executesOneCallAtATimeAndDropsTheTwentySecondOfABurst() {
        List<CallOutcome> burst = new ArrayList<>();
        for (int call = 0; call < 30; call++) {
            burst.add(device.call(0));
        }

        assertThat(burst.subList(0, 21)).allMatch(course -> course.result() == CallResult.ANSWERED);
        assertThat(burst.subList(0, 21).stream().mapToLong(CallOutcome::answersAtNanos))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 21)
                        .map(turn -> turn * RUN_NANOS)
                        .boxed()
                        .toList());
        assertThat(burst.subList(21, 30)).allSatisfy(course -> {
            assertThat(course.result()).isEqualTo(CallResult.TIMED_OUT);
            assertThat(course.runsAtNanos()).isEqualTo(OptionalLong.empty());
        });
        assertThat(device.call(RUN_NANOS).result()).isEqualTo(CallResult.ANSWERED);
    }
}
