package io.fleetcommand.cli;

import picocli.CommandLine.Command;

/** The failed requests: looks at them, and has them run again. */
@Command(
        name = "failed",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WHAT",
        description = "Lists, shows and replays the requests that did not succeed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./fleet failed list --since 2h                       what failed in the last two hours",
            "  ./fleet failed show ID                               all about one",
            "  ./fleet failed replay --reason DEVICE_UNREACHABLE --since 2h --dry-run"
        },
        subcommands = {FailedListCommand.class, FailedShowCommand.class, FailedReplayCommand.class})
final class FailedCommand {}
