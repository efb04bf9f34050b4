package io.fleetcommand.cli;

import io.fleetcommand.operations.Filter;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which of the failed requests, or of the results, that are kept are meant. */
final class FailedOptions {
    @Option(names = "--id", split = ",", description = "request id")
    private Set<String> ids = Set.of();

    @Mixin
    private OutcomeOptions endings;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = PointInTime.Converter.class,
            description = "ended at this time or later: 15m, 2h or 7d ago, or 2026-11-25T07:30:00Z")
    private Optional<PointInTime> since = Optional.empty();

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = PointInTime.Converter.class,
            description = "ended before this time")
    private Optional<PointInTime> until = Optional.empty();

    Filter filter(Instant now) {
        Filter filter = endings.filter();
        return new Filter(
                ids,
                filter.statuses(),
                filter.reasons(),
                filter.devices(),
                filter.functions(),
                filter.variables(),
                filter.requesters(),
                since.map(time -> time.from(now)),
                until.map(time -> time.from(now)));
    }
}
