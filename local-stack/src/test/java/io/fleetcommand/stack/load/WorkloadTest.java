package io.fleetcommand.stack.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.Status;
import io.fleetcommand.simulator.client.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<Simulation.Device> FLEET = IntStream.range(0, 100)
            .mapToObj(index -> new Simulation.Device("device-" + index, index % 20 != 0))
            .toList();
    private static final Workload LOAD = new Workload("run", 7, Duration.ofMinutes(2), Duration.ofSeconds(10));

    private final List<ExpectedRequest> plan = LOAD.plan(4_000, FLEET, NOW);

    @Test
    void theSameSeedMakesTheSameLoad() {
        assertThat(LOAD.plan(4_000, FLEET, NOW)).isEqualTo(plan);
        assertThat(new Workload("run", 8, Duration.ofMinutes(2), Duration.ofSeconds(10)).plan(4_000, FLEET, NOW))
                .isNotEqualTo(plan);
    }

    @Test
    void itIsAMixOfAllKindsUnderIdsThatAreTheirOwnAtTheirDevices() {
        assertThat(plan).extracting(ExpectedRequest::key).doesNotHaveDuplicates();
        assertThat(plan.stream().map(ExpectedRequest::requestId).distinct().count())
                .isBetween(2_000L, 2_100L);
        assertThat(plan.stream().filter(request -> !request.command()).count()).isBetween(900L, 1_100L);
        assertThat(plan.stream().filter(ExpectedRequest::atMostOnce).count()).isBetween(1_080L, 1_320L);
        assertThat(plan.stream()
                        .filter(request -> request.expected().equals(Set.of(Status.REJECTED)))
                        .count())
                .isBetween(90L, 190L);
    }

    @Test
    void whatIsAskedOfADeviceThatIsAwayMayNotSucceed() {
        assertThat(plan)
                .filteredOn(request ->
                        FLEET.stream().anyMatch(device -> device.id().equals(request.deviceId()) && !device.online()))
                .hasSizeGreaterThan(100)
                .allMatch(request -> request.expected().equals(Set.of(Status.OUTCOME_UNKNOWN, Status.EXPIRED)));
    }
}
