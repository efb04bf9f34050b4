package io.fleetcommand.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetcommand.simulator.profile.Profile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceSetupTest {
    private final Device device = new Device(
            new FleetPlan.Member(0, "d", "d", Condition.ONLINE, List.of("group-0")),
            "owner@example.com",
            7,
            Timing.DEFAULT,
            Profile.CURRENT);

    @Test
    void everyTraitIsSet() {
        apply(
                "10,group=canary,group=eu-west,platform=6,firmware=3,system-firmware=3.3.1,function=reboot,function=open");

        assertThat(device.groups()).containsExactly("canary", "eu-west");
        assertThat(device.firmware())
                .isEqualTo(
                        new InstalledFirmware(6, OptionalInt.of(3), "3.3.1", Optional.of(List.of("reboot", "open"))));
    }

    @Test
    void whatIsNotNamedStaysAsItIs() {
        apply("10,platform=6");
        apply("10,firmware=3");

        assertThat(device.groups()).containsExactly("group-0");
        assertThat(device.firmware())
                .isEqualTo(InstalledFirmware.CURRENT.withPlatformId(6).withVersion(OptionalInt.of(3)));
    }

    @Test
    void noneClears() {
        apply("10,group=none,firmware=none,function=none");

        assertThat(device.groups()).isEmpty();
        assertThat(device.firmware().version()).isEmpty();
        assertThat(device.functions()).isEmpty();
    }

    @Test
    void theDevicesAreNamedFirst() {
        assertThat(DeviceSetup.parse("100-149,group=canary").which()).isEqualTo("100-149");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "50",
                "50,",
                "50,colour=red",
                "50,platform",
                "50,platform=six",
                "50,firmware=",
                "50,firmware=1.4.2",
                "50,function=fly"
            })
    void aSetupThatSetsNothingIsRejected(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> DeviceSetup.parse(text));
    }

    private void apply(String text) {
        DeviceSetup.parse(text).traits().applyTo(device);
    }
}
