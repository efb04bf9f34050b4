package io.fleetcommand.cli;

/** The commands for a cluster, for machines that have nothing else. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(FleetCommandLine.run(arguments));
    }
}
