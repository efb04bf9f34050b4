package io.fleetcommand.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetcommand.simulator.profile.Profile;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetTest {
    private static final long SEED = 7;
    private final Fleet fleet =
            new Fleet(FleetPlan.of(200, SEED), "owner@example.com", Timing.DEFAULT, Profile.CURRENT);

    @Test
    void devicesAreInTheOrderOfThePlanAndOfTheirIds() {
        assertThat(fleet.devices())
                .extracting(Device::index)
                .containsExactlyElementsOf(IntStream.range(0, 200).boxed().toList());
        assertThat(fleet.devicesById()).extracting(Device::id).isSorted().hasSize(200);
    }

    @Test
    void nothingIsSortedForTheNextPageOfAListing() {
        assertThat(fleet.devicesById()).isSameAs(fleet.devicesById());
        assertThat(fleet.devices()).isSameAs(fleet.devices());
    }

    @Test
    void aDeviceLeavesTheListsAndReturnsToItsPlace() {
        List<Device> byId = fleet.devicesById();
        List<Device> inOrder = fleet.devices();
        String id = FleetPlan.deviceId(SEED, 5);

        assertThat(fleet.remove(id)).isTrue();
        assertThat(fleet.devices()).hasSize(199).extracting(Device::id).doesNotContain(id);
        assertThat(fleet.devicesById()).hasSize(199).extracting(Device::id).doesNotContain(id);

        assertThat(fleet.restore(id)).isPresent();
        assertThat(fleet.devices()).isEqualTo(inOrder);
        assertThat(fleet.devicesById()).isEqualTo(byId);
    }

    @Test
    void devicesAreSelectedByIdByNumberOrByRange() {
        String id = FleetPlan.deviceId(SEED, 5);

        assertThat(fleet.select(id)).extracting(Device::index).containsExactly(5);
        assertThat(fleet.select("3")).extracting(Device::index).containsExactly(0, 1, 2);
        assertThat(fleet.select("198-199")).extracting(Device::index).containsExactly(198, 199);
        assertThat(fleet.select("200")).hasSize(200);
        fleet.remove(id);
        assertThat(fleet.select("4-6")).extracting(Device::index).containsExactly(4, 6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "201", "5-4", "190-200", "-5", "all", "e00fce680000000000000000"})
    void aSelectionOfNoDevicesIsRejected(String which) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fleet.select(which))
                .withMessageContaining("are no devices of this fleet of 200");
    }
}
