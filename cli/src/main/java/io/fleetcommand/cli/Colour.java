package io.fleetcommand.cli;

import io.fleetcommand.model.Status;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** Colours for a terminal; elsewhere, and where NO_COLOR is set, text stays as it is. */
final class Colour {
    private static final Pattern STATUS = Pattern.compile(
            Arrays.stream(Status.values()).map(Enum::name).collect(Collectors.joining("|", "\\b(?:", ")\\b")));

    private Colour() {}

    /** Colours the first status in a line: green for SUCCEEDED, yellow where it may have run, red for the rest. */
    static String statuses(String line) {
        return Ansi.AUTO.enabled() ? coloured(line) : line;
    }

    static String coloured(String line) {
        Matcher found = STATUS.matcher(line);
        return found.find()
                ? line.substring(0, found.start())
                        + Ansi.Style.on(style(Status.valueOf(found.group())))
                        + found.group()
                        + Ansi.Style.off(style(Status.valueOf(found.group())))
                        + line.substring(found.end())
                : line;
    }

    private static Ansi.Style style(Status status) {
        return switch (status) {
            case SUCCEEDED -> Ansi.Style.fg_green;
            case OUTCOME_UNKNOWN -> Ansi.Style.fg_yellow;
            default -> Ansi.Style.fg_red;
        };
    }
}
