package io.fleetcommand.cli;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.Operator;
import java.io.Console;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who acts, and whether they mean it. */
final class OperatorOptions {
    @Option(names = "--actor", description = "who acts, for the audit topic (USER@HOST)")
    private Optional<String> actor = Optional.empty();

    @Option(names = "--yes", description = "do not ask; for scripts")
    private boolean yes;

    @Option(names = "--dry-run", description = "say what would be done, and do nothing")
    private boolean dryRun;

    Operator operator(Topics topics) {
        return new Operator(actor.orElseGet(OperatorOptions::userAtHost), topics);
    }

    boolean isDryRun() {
        return dryRun;
    }

    /**
     * Asks on the terminal.
     *
     * @return whether the answer is yes; without a terminal, only {@code --yes} is one
     */
    boolean isConfirmed(String question) {
        Console console = System.console();
        if (yes || console == null) {
            return yes;
        }
        return "yes"
                .equalsIgnoreCase(String.valueOf(console.readLine("%s Type yes: ", question))
                        .strip());
    }

    private static String userAtHost() {
        try {
            return System.getProperty("user.name") + "@"
                    + InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return System.getProperty("user.name") + "@unknown";
        }
    }
}
