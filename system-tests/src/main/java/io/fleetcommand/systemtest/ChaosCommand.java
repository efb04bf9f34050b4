package io.fleetcommand.systemtest;

import io.fleetcommand.cli.Progress;
import io.fleetcommand.cli.Report;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.systemtest.chaos.Chaos;
import io.fleetcommand.systemtest.chaos.ChaosReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the whole system on this machine while parts of it are killed, and checks every promise. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description = "Runs two processors on this machine under a load while they are killed, the broker is restarted"
                + " and the cloud fails, and checks every promise. Ends with 1 if any is broken.")
final class ChaosCommand implements Callable<Integer> {
    private static final int PER_SECOND = 40;

    @Spec
    private CommandSpec spec;

    @Option(names = "--requests", description = "how many requests, 40 a second (5000)")
    private Optional<Integer> requests;

    @Option(names = "--minutes", description = "how long requests are published, instead of --requests")
    private Optional<Integer> minutes;

    @Option(names = "--only", description = "rolling-restarts: restart the processors in order and do nothing else")
    private Optional<Only> only;

    @Option(names = "--seed", defaultValue = "7", description = "of the load and the trouble (${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--processor",
            description = "a further setting of the processors, such as --processor streams.group.protocol=streams")
    private Map<String, String> processor = Map.of();

    @Option(names = "--report", description = "file to write the figures to, as JSON")
    private Optional<Path> report;

    /** Which trouble alone is made. */
    private enum Only {
        ROLLING_RESTARTS;

        @Override
        public String toString() {
            return "rolling-restarts";
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int count = minutes.map(length -> length * 60 * PER_SECOND)
                .or(() -> requests)
                .orElse(5_000);
        out.printf(
                "%d requests, about %d s, and then up to a minute for what a killed processor left behind%n",
                count, count / PER_SECOND);
        Progress progress = new Progress(out, "answered");
        ChaosReport verdict = new Chaos(count, PER_SECOND, seed, only.isPresent(), processor)
                .run(Installation.find(), done -> progress.show(done, count));
        progress.end();
        Report file = new Report();
        verdict.figures().forEach((name, figure) -> {
            out.printf("%-28s %8s%n", name, figure);
            file.put(name, figure);
        });
        verdict.broken().forEach(line -> out.println("BROKEN PROMISE: " + line));
        out.println(verdict.broken().isEmpty() ? "every promise was kept" : "promises were broken");
        out.flush();
        file.writeTo(report);
        return verdict.broken().isEmpty() ? 0 : 1;
    }
}
