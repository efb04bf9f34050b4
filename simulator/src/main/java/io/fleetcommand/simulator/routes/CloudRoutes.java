package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.ApiUsers;
import io.fleetcommand.simulator.accounts.Clients;
import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.accounts.TokenOffice;
import io.fleetcommand.simulator.accounts.Tokens;
import io.fleetcommand.simulator.counts.Counts;
import io.fleetcommand.simulator.faults.Faults;
import io.fleetcommand.simulator.fleet.Fleet;
import io.fleetcommand.simulator.fleet.Groups;
import io.fleetcommand.simulator.limits.SourceLimits;
import io.fleetcommand.simulator.profile.Profile;
import io.javalin.config.RoutesConfig;
import java.time.InstantSource;

/** Everything the cloud answers to, put together. */
public record CloudRoutes(
        Profile profile,
        Credentials credentials,
        Fleet fleet,
        Tokens tokens,
        SourceLimits limits,
        Faults faults,
        Counts counts,
        Timer timer,
        InstantSource clock) {
    public void addTo(RoutesConfig paths) {
        Bodies bodies = new Bodies(profile);
        Gate gate = new Gate(paths, timer, limits, faults, tokens, counts, bodies);
        Access access = new Access(tokens, credentials, fleet, bodies);
        DeviceBodies deviceBodies = new DeviceBodies(credentials, profile, clock);
        Clients clients = new Clients(credentials, tokens);
        TokenOffice office = new TokenOffice(credentials, clients, tokens);
        new TokenRoutes(access, office, tokens, credentials, limits, counts, bodies, profile, clock).addTo(gate);
        new DeviceRoutes(access, fleet, deviceBodies).addTo(gate);
        new GroupRoutes(access, fleet, new Groups(fleet)).addTo(gate);
        new AccountRoutes(access, new ApiUsers(tokens), clients, credentials, counts).addTo(gate);
        new CallRoutes(access, new DeviceCalls(timer, counts.executions(), bodies), deviceBodies, bodies, profile)
                .addTo(gate);
    }
}
