package io.fleetcommand.cli;

import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.operations.Filter;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** Which results or failed requests are meant. Each option may be given several times, or with values after commas. */
final class OutcomeOptions {
    @Option(names = "--status", split = ",", description = "how they ended: ${COMPLETION-CANDIDATES}")
    private Set<Status> statuses = Set.of();

    @Option(names = "--reason", split = ",", description = "why: ${COMPLETION-CANDIDATES}")
    private Set<Reason> reasons = Set.of();

    @Option(names = "--device", split = ",", converter = DeviceId.class, description = "device id")
    private Set<String> devices = Set.of();

    @Option(names = "--function", split = ",", description = "commands that call this function")
    private Set<String> functions = Set.of();

    @Option(names = "--variable", split = ",", description = "polls of this variable")
    private Set<String> variables = Set.of();

    @Option(names = "--requester", split = ",", description = "the service that asked")
    private Set<String> requesters = Set.of();

    Filter filter() {
        return new Filter(
                Set.of(),
                statuses,
                reasons,
                devices,
                functions,
                variables,
                requesters,
                Optional.empty(),
                Optional.empty());
    }
}
