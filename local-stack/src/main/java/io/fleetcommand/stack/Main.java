package io.fleetcommand.stack;

import io.fleetcommand.cli.FleetCommandLine;
import io.fleetcommand.stack.command.StackCommands;

/** The command line with the commands that run the whole system on this machine. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(FleetCommandLine.run(arguments, StackCommands.all()));
    }
}
