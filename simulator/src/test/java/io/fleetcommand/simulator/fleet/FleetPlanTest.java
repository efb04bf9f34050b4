package io.fleetcommand.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class FleetPlanTest {
    @Test
    void theSeedDeterminesTheFleet() {
        FleetPlan plan = FleetPlan.of(1_000, 7).withOffline(0.05).withFlaky(0.1);

        assertThat(plan.members()).isEqualTo(plan.members());
        assertThat(FleetPlan.of(1_000, 8).members())
                .extracting(FleetPlan.Member::id)
                .doesNotContainAnyElementsOf(
                        plan.members().stream().map(FleetPlan.Member::id).toList());
    }

    @Test
    void fractionsAreMetExactly() {
        List<Condition> conditions =
                FleetPlan.of(1_000, 7).withOffline(0.05).withSleeping(0.2).withFlaky(0.1).members().stream()
                        .map(FleetPlan.Member::condition)
                        .toList();

        assertThat(conditions.stream().filter(Condition.OFFLINE::equals)).hasSize(50);
        assertThat(conditions.stream().filter(Condition.SLEEPING::equals)).hasSize(200);
        assertThat(conditions.stream().filter(Condition.FLAKY::equals)).hasSize(100);
    }

    @Test
    void everyIdHas24HexadecimalDigitsAndIsUnique() {
        assertThat(FleetPlan.of(10_000, 7).members())
                .extracting(FleetPlan.Member::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[0-9a-f]{24}"));
    }

    @Test
    void fractionsOfMoreThanOneAreRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FleetPlan.of(10, 7).withOffline(0.6).withFlaky(0.5));
    }

    @Test
    void anArgumentIsTruncatedAtItsLimitWithoutSplittingACharacter() {
        String cut = Firmware.cut("a".repeat(1_023) + "é" + "b");

        assertThat(cut).isEqualTo("a".repeat(1_023));
        assertThat(Firmware.cut("é".repeat(512))).isEqualTo("é".repeat(512));
    }
}
