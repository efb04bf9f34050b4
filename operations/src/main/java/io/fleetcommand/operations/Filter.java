package io.fleetcommand.operations;

import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Which endings are meant. An ending must meet every part that is given; an empty part is met by all.
 *
 * @param devices in small letters; a request that names one of them in capital letters, which is INVALID, is meant too
 * @param functions and variables: one that is named suffices
 * @param since the earliest time of the ending
 * @param until the first time that is too late
 */
public record Filter(
        Set<String> ids,
        Set<Status> statuses,
        Set<Reason> reasons,
        Set<String> devices,
        Set<String> functions,
        Set<String> variables,
        Set<String> requesters,
        Optional<Instant> since,
        Optional<Instant> until) {
    public static final Filter ALL = new Filter(
            Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Optional.empty(), Optional.empty());

    public static Filter of(String requestId, Optional<String> device) {
        return new Filter(
                Set.of(requestId),
                ALL.statuses,
                ALL.reasons,
                device.map(Set::of).orElse(ALL.devices),
                ALL.functions,
                ALL.variables,
                ALL.requesters,
                ALL.since,
                ALL.until);
    }

    public boolean matches(RequestOutcome outcome) {
        return meets(ids, outcome.requestId())
                && meets(statuses, outcome.status())
                && meets(reasons, outcome.reason())
                && meets(devices, outcome.deviceId().toLowerCase(Locale.ROOT))
                && meetsName(outcome)
                && meets(requesters, outcome.requester())
                && since.map(earliest -> !outcome.at().isBefore(earliest)).orElse(true)
                && until.map(tooLate -> outcome.at().isBefore(tooLate)).orElse(true);
    }

    private boolean meetsName(RequestOutcome outcome) {
        return functions.isEmpty() && variables.isEmpty()
                || (outcome.command() ? functions : variables).contains(outcome.name());
    }

    private static <T> boolean meets(Set<T> wanted, T found) {
        return wanted.isEmpty() || wanted.contains(found);
    }

    public boolean isEmpty() {
        return equals(ALL);
    }

    /** As on the command line. */
    @Override
    public String toString() {
        StringJoiner words = new StringJoiner(" ");
        add(words, "--id", ids);
        add(words, "--status", statuses);
        add(words, "--reason", reasons);
        add(words, "--device", devices);
        add(words, "--function", functions);
        add(words, "--variable", variables);
        add(words, "--requester", requesters);
        since.ifPresent(time -> words.add("--since " + time));
        until.ifPresent(time -> words.add("--until " + time));
        return words.toString();
    }

    private static void add(StringJoiner words, String option, Collection<?> values) {
        values.stream().map(String::valueOf).sorted().forEach(value -> words.add(ShellWord.option(option, value)));
    }
}
