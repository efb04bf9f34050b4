package io.fleetcommand.systemtest;

import io.fleetcommand.cli.FleetCommandLine;
import io.fleetcommand.stack.command.StackCommands;
import java.util.stream.Stream;
import picocli.CommandLine;

/** The command line with every command there is. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(FleetCommandLine.run(arguments, commands()));
    }

    /** The whole command line, ready to be executed. */
    static CommandLine commandLine() {
        return FleetCommandLine.create(commands());
    }

    private static Object[] commands() {
        return Stream.concat(Stream.of(StackCommands.all()), Stream.of(new ChaosCommand(), new BenchCommand()))
                .toArray();
    }
}
