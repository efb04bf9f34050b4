package io.fleetcommand.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line's entry. */
@Command(
        name = "fleet",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Runs, uses and checks the Fleet Command Processor.",
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            SendCommand.class,
            PollCommand.class,
            TopicsCommand.class,
            ChaosCommand.class,
            BenchCommand.class
        })
public final class Main {
    private static final int FAILED = 1;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "show stack traces")
    private boolean debug;

    private Main() {}

    public static void main(String[] arguments) {
        Main main = new Main();
        CommandLine line = new CommandLine(main).setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("fleet: " + failure.getMessage());
            if (main.debug) {
                failure.printStackTrace(command.getErr());
            }
            return FAILED;
        });
        System.exit(line.execute(arguments));
    }
}
