package io.fleetcommand.stack.load;

import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.simulator.client.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A mix of commands and polls over a fleet, made from a seed: about a quarter polls, two fifths of the commands
 * AT_MOST_ONCE, one in twenty calling a function that no device has. Ids are shared by two devices.
 *
 * @param run names the run: part of every request id
 * @param timeToLive of requests to devices that are there
 * @param offlineTimeToLive of requests to devices that are not: no answer is certain before it is over
 */
public record Workload(String run, long seed, Duration timeToLive, Duration offlineTimeToLive) {
    /** A call to a device that is away may have run; a request whose turn never came before its deadline did not. */
    private static final Set<Status> OFFLINE = Set.of(Status.OUTCOME_UNKNOWN, Status.EXPIRED);

    private static final List<String> VARIABLES = List.of("temperature", "uptime", "locked", "firmware");

    public List<ExpectedRequest> plan(int requests, List<Simulation.Device> fleet, Instant now) {
        Random random = new Random(seed);
        List<ExpectedRequest> plan = new ArrayList<>();
        for (int number = 1; number <= requests; number++) {
            Simulation.Device device = fleet.get(random.nextInt(fleet.size()));
            String id = idOf(number, device, plan);
            Instant deadline = now.plus(device.online() ? timeToLive : offlineTimeToLive);
            plan.add(
                    random.nextInt(4) == 0
                            ? poll(id, device, VARIABLES.get(random.nextInt(VARIABLES.size())), now, deadline)
                            : command(id, device, random.nextInt(20) == 0, random.nextInt(5) < 2, now, deadline));
        }
        return plan;
    }

    /** Every second intent is for two devices, where two are at hand: the same id at another device is another request. */
    private String idOf(int number, Simulation.Device device, List<ExpectedRequest> before) {
        return number % 2 == 0 && !before.get(number - 2).deviceId().equals(device.id())
                ? before.get(number - 2).requestId()
                : run + "-" + number;
    }

    private static ExpectedRequest poll(
            String id, Simulation.Device device, String variable, Instant now, Instant deadline) {
        VariablePoll poll = VariablePoll.newBuilder()
                .setRequestId(id)
                .setDeviceId(device.id())
                .setVariable(variable)
                .setPriority(Priority.NORMAL)
                .setDeadline(deadline)
                .setRequester("load")
                .setCreatedAt(now)
                .build();
        Set<Status> expected = device.online() ? Set.of(Status.SUCCEEDED) : OFFLINE;
        return new ExpectedRequest(poll, id, device.id(), false, false, "", expected);
    }

    private static ExpectedRequest command(
            String id, Simulation.Device device, boolean unknown, boolean once, Instant now, Instant deadline) {
        DeviceCommand command = DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(device.id())
                .setFunction(unknown ? "selfDestruct" : "setLed")
                .setArgument(id)
                .setGuarantee(once ? Guarantee.AT_MOST_ONCE : Guarantee.AT_LEAST_ONCE)
                .setDeadline(deadline)
                .setRequester("load")
                .setCreatedAt(now)
                .build();
        Set<Status> online = Set.of(unknown ? Status.REJECTED : Status.SUCCEEDED);
        Set<Status> expected = device.online() ? online : OFFLINE;
        return new ExpectedRequest(command, id, device.id(), true, once, unknown ? "" : id, expected);
    }
}
