package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.ApiUsers;
import io.fleetcommand.simulator.accounts.Clients;
import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.accounts.Customers;
import io.fleetcommand.simulator.accounts.TokenIssuer;
import io.fleetcommand.simulator.accounts.Tokens;
import io.fleetcommand.simulator.counts.Counts;
import io.fleetcommand.simulator.faults.Faults;
import io.fleetcommand.simulator.fleet.Fleet;
import io.fleetcommand.simulator.fleet.Groups;
import io.fleetcommand.simulator.limits.SourceLimits;
import io.fleetcommand.simulator.profile.Profile;
import io.javalin.config.RoutesConfig;
import java.time.InstantSource;

/** Wires all routes of the cloud. */
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
        RequestPipeline gate = new RequestPipeline(paths, timer, limits, faults, tokens, counts, bodies);
        RouteAccess access = new RouteAccess(tokens, credentials, fleet, profile, bodies);
        DeviceBodies deviceBodies = new DeviceBodies(credentials, profile, clock);
        DeviceChange deviceChange = new DeviceChange(deviceBodies, bodies);
        TokenBodies tokenBodies = new TokenBodies(profile, bodies, clock);
        Clients clients = new Clients(credentials, tokens);
        Customers customers = new Customers(tokens);
        TokenIssuer tokenIssuer = new TokenIssuer(credentials, clients, customers, tokens);
        Groups groups = new Groups(fleet);
        new TokenRoutes(access, tokenIssuer, tokens, credentials, limits, counts, tokenBodies, bodies, profile, clock)
                .addTo(gate);
        new ProductRoutes(access, credentials, fleet, groups, bodies).addTo(gate);
        new DeviceRoutes(access, credentials, customers, fleet, deviceBodies, deviceChange, profile).addTo(gate);
        new OwnDeviceRoutes(access, fleet, deviceBodies, deviceChange, bodies).addTo(gate);
        new GroupRoutes(access, fleet, groups).addTo(gate);
        new TeamRoutes(access, new ApiUsers(tokens), credentials, profile, bodies, counts).addTo(gate);
        new ClientRoutes(access, clients, credentials).addTo(gate);
        new CustomerRoutes(
                        access,
                        customers,
                        clients,
                        tokenIssuer,
                        fleet,
                        deviceBodies,
                        tokenBodies,
                        bodies,
                        profile,
                        counts)
                .addTo(gate);
        new CallRoutes(access, new DeviceCalls(timer, counts.executions(), bodies), deviceBodies, bodies, profile)
                .addTo(gate);
        new OtherRoutes(bodies).addTo(gate);
    }
}
