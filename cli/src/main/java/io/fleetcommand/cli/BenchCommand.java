package io.fleetcommand.cli;

import io.fleetcommand.cli.bench.Backlog;
import io.fleetcommand.cli.bench.Bench;
import io.fleetcommand.cli.bench.Isolation;
import io.fleetcommand.cli.stack.Installation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Measures the whole system on this machine. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WHAT",
        description = "Measures the whole system on this machine.")
final class BenchCommand {
    @Spec
    private CommandSpec spec;

    @Option(names = "--report", scope = ScopeType.INHERIT, description = "file to write the figures to, as JSON")
    private Optional<Path> report = Optional.empty();

    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "How many polls can wait in a heap of 512 MB, and how soon an URGENT command behind them is called.")
    int backlog(
            @Option(names = "--waiting", defaultValue = "1000000", description = "polls (${DEFAULT-VALUE})")
                    int waiting) {
        return run(new Backlog(waiting));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "What the other devices notice when a fifth of all devices hangs for 30 s on every call.")
    int isolation() {
        return run(new Isolation());
    }

    private int run(Bench bench) {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Number> figures = bench.run(Installation.find(), line -> {
            out.println(line);
            out.flush();
        });
        Report file = new Report();
        figures.forEach((name, figure) -> {
            out.printf("%-28s %10s%n", name, figure);
            file.put(name, figure);
        });
        out.flush();
        file.writeTo(report);
        return 0;
    }
}
