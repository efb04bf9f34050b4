package io.fleetcommand.cli;

import picocli.CommandLine.Command;

/** Groups what is done with topics and rights. */
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "The topics of an installation and the rights to them.",
        subcommands = TopicsApplyCommand.class)
final class TopicsCommand {}
