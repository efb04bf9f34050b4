package io.fleetcommand.simulator;

import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.fleet.FleetPlan;
import io.fleetcommand.simulator.fleet.Timing;
import io.fleetcommand.simulator.limits.LimitRules;
import io.fleetcommand.simulator.profile.Profile;
import java.util.OptionalInt;

/**
 * The configuration of a simulator. Immutable.
 *
 * @param port the cloud's HTTP port; 0 for any free one
 * @param httpsPort the cloud's HTTPS port; 0 for any free one, empty for none
 * @param controlPort the port of the control API; 0 for any free one
 */
public record SimulatorOptions(
        String host,
        int port,
        OptionalInt httpsPort,
        int controlPort,
        FleetPlan fleet,
        Timing timing,
        Credentials credentials,
        LimitRules limits,
        Profile profile) {
    /** Any free ports of this machine; 1,000 devices, all online. */
    public static final SimulatorOptions DEFAULT = new SimulatorOptions(
            "127.0.0.1",
            0,
            OptionalInt.empty(),
            0,
            FleetPlan.of(1000, 7),
            Timing.DEFAULT,
            Credentials.DEFAULT,
            LimitRules.DEFAULT,
            Profile.CURRENT);

    public SimulatorOptions withHttps() {
        return new SimulatorOptions(
                host, port, OptionalInt.of(0), controlPort, fleet, timing, credentials, limits, profile);
    }

    public SimulatorOptions with(FleetPlan other) {
        return new SimulatorOptions(host, port, httpsPort, controlPort, other, timing, credentials, limits, profile);
    }

    public SimulatorOptions with(Timing other) {
        return new SimulatorOptions(host, port, httpsPort, controlPort, fleet, other, credentials, limits, profile);
    }

    public SimulatorOptions with(LimitRules other) {
        return new SimulatorOptions(host, port, httpsPort, controlPort, fleet, timing, credentials, other, profile);
    }

    public SimulatorOptions with(Profile other) {
        return new SimulatorOptions(host, port, httpsPort, controlPort, fleet, timing, credentials, limits, other);
    }
}
