package io.fleetcommand.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FilterTest {
    private static final RequestOutcome COMMAND =
            Failures.failure(Failures.command("door-7").build(), Status.EXPIRED).outcome();
    private static final RequestOutcome POLL = Failures.failure(
                    Failures.poll("climate-7").build(), Status.OUTCOME_UNKNOWN)
            .outcome();

    static Stream<Arguments> filters() {
        Instant failed = Failures.FAILED_AT;
        return Stream.of(
                Arguments.of(Filter.ALL, true, true),
                Arguments.of(Filter.of("door-7", Optional.empty()), true, false),
                Arguments.of(Filter.of("door-7", Optional.of(Failures.DEVICE)), true, false),
                Arguments.of(Filter.of("door-7", Optional.of("another")), false, false),
                Arguments.of(filter(Set.of(Status.EXPIRED, Status.FAILED), Set.of(), Set.of(), Set.of()), true, false),
                Arguments.of(filter(Set.of(), Set.of("unlock"), Set.of(), Set.of()), true, false),
                Arguments.of(filter(Set.of(), Set.of("temperature"), Set.of(), Set.of()), false, false),
                Arguments.of(filter(Set.of(), Set.of(), Set.of("temperature"), Set.of()), false, true),
                Arguments.of(filter(Set.of(), Set.of("unlock"), Set.of("temperature"), Set.of()), true, true),
                Arguments.of(filter(Set.of(), Set.of(), Set.of(), Set.of("doors")), true, false),
                Arguments.of(
                        filter(Set.of(Status.OUTCOME_UNKNOWN), Set.of("unlock"), Set.of(), Set.of()), false, false),
                Arguments.of(times(Optional.of(failed), Optional.empty()), true, true),
                Arguments.of(times(Optional.of(failed.plusMillis(1)), Optional.empty()), false, false),
                Arguments.of(times(Optional.empty(), Optional.of(failed)), false, false),
                Arguments.of(times(Optional.empty(), Optional.of(failed.plusMillis(1))), true, true));
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @MethodSource("filters")
    void everyPartThatIsGivenMustBeMet(Filter filter, boolean command, boolean poll) {
        assertThat(filter.matches(COMMAND)).as("the command").isEqualTo(command);
        assertThat(filter.matches(POLL)).as("the poll").isEqualTo(poll);
    }

    @Test
    void reasonsAndDevicesAreLookedAtToo() {
        Filter reason = new Filter(
                Set.of(),
                Set.of(),
                Set.of(Reason.CLOUD_FAILURE),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Optional.empty(),
                Optional.empty());
        Filter device = new Filter(
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of("another"),
                Set.of(),
                Set.of(),
                Set.of(),
                Optional.empty(),
                Optional.empty());

        assertThat(reason.matches(COMMAND)).isFalse();
        assertThat(device.matches(COMMAND)).isFalse();
    }

    @Test
    void whatWasAskedOfADeviceInCapitalLettersIsFoundWithItsOthers() {
        RequestOutcome capitals = Failures.failure(Failures.record("door-7", Status.INVALID)
                        .setDeviceId(Failures.DEVICE.toUpperCase(Locale.ROOT))
                        .build())
                .outcome();

        assertThat(Filter.of("door-7", Optional.of(Failures.DEVICE)).matches(capitals))
                .isTrue();
    }

    @Test
    void readsAsOnTheCommandLine() {
        assertThat(filter(Set.of(Status.FAILED, Status.EXPIRED), Set.of("unlock"), Set.of(), Set.of()))
                .hasToString("--status EXPIRED --status FAILED --function unlock");
        assertThat(Filter.ALL).hasToString("");
    }

    private static Filter filter(
            Set<Status> statuses, Set<String> functions, Set<String> variables, Set<String> requesters) {
        return new Filter(
                Set.of(),
                statuses,
                Set.of(),
                Set.of(),
                functions,
                variables,
                requesters,
                Optional.empty(),
                Optional.empty());
    }

    private static Filter times(Optional<Instant> since, Optional<Instant> until) {
        return new Filter(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), since, until);
    }
}
