package io.fleetcommand.simulator;

import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.fleet.DeviceSetup;
import io.fleetcommand.simulator.fleet.FleetPlan;
import io.fleetcommand.simulator.fleet.Timing;
import io.fleetcommand.simulator.limits.LimitRules;
import io.fleetcommand.simulator.profile.Profile;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * The configuration of a simulator. Immutable.
 *
 * @param port the cloud's HTTP port; 0 for any free one
 * @param httpsPort the cloud's HTTPS port; 0 for any free one, empty for none
 * @param controlPort the port of the control API; 0 for any free one
 * @param setups what some devices have different from the others, in order
 */
public record SimulatorOptions(
        String host,
        int port,
        OptionalInt httpsPort,
        int controlPort,
        FleetPlan fleet,
        List<DeviceSetup> setups,
        Timing timing,
        Credentials credentials,
        LimitRules limits,
        Profile profile) {
    public SimulatorOptions {
        setups = List.copyOf(setups);
    }

    /** Any free ports of this machine; 1,000 devices, all online. */
    public static final SimulatorOptions DEFAULT = new SimulatorOptions(
            "127.0.0.1",
            0,
            OptionalInt.empty(),
            0,
            FleetPlan.of(1000, 7),
            List.of(),
            Timing.DEFAULT,
            Credentials.DEFAULT,
            LimitRules.DEFAULT,
            Profile.CURRENT);

    public SimulatorOptions withHttps() {
        return new SimulatorOptions(
                host, port, OptionalInt.of(0), controlPort, fleet, setups, timing, credentials, limits, profile);
    }

    public SimulatorOptions with(FleetPlan other) {
        return new SimulatorOptions(
                host, port, httpsPort, controlPort, other, setups, timing, credentials, limits, profile);
    }

    /** @param others as on the command line, such as {@code 50,group=canary} */
    public SimulatorOptions withSetups(String... others) {
        List<DeviceSetup> parsed = Arrays.stream(others).map(DeviceSetup::parse).toList();
        return new SimulatorOptions(
                host, port, httpsPort, controlPort, fleet, parsed, timing, credentials, limits, profile);
    }

    public SimulatorOptions with(Timing other) {
        return new SimulatorOptions(
                host, port, httpsPort, controlPort, fleet, setups, other, credentials, limits, profile);
    }

    public SimulatorOptions with(LimitRules other) {
        return new SimulatorOptions(
                host, port, httpsPort, controlPort, fleet, setups, timing, credentials, other, profile);
    }

    public SimulatorOptions with(Profile other) {
        return new SimulatorOptions(
                host, port, httpsPort, controlPort, fleet, setups, timing, credentials, limits, other);
    }
}
