package io.fleetcommand.systemtest;

import io.fleetcommand.cli.ExitCodes;
import io.fleetcommand.cli.Report;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.systemtest.bench.BacklogBench;
import io.fleetcommand.systemtest.bench.Bench;
import io.fleetcommand.systemtest.bench.IsolationBench;
import io.fleetcommand.systemtest.bench.LatencyBench;
import io.fleetcommand.systemtest.bench.QuotaBench;
import io.fleetcommand.systemtest.bench.RecoveryBench;
import io.fleetcommand.systemtest.bench.RestartBench;
import io.fleetcommand.systemtest.bench.ScaleBench;
import io.fleetcommand.systemtest.bench.ThroughputBench;
import io.fleetcommand.systemtest.bench.TokenBench;
import io.fleetcommand.systemtest.bench.abuse.AbuseBench;
import io.fleetcommand.systemtest.bench.abuse.AbuseReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

    @Option(
            names = "--processor",
            scope = ScopeType.INHERIT,
            description = "a further setting of the processors, such as --processor streams.num.stream.threads=2")
    private Map<String, String> processor = Map.of();

    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "How many polls can wait in a heap of 512 MB, and how soon an URGENT command behind them is called.")
    int backlog(
            @Option(names = "--waiting", defaultValue = "1000000", description = "polls (${DEFAULT-VALUE})")
                    int waiting) {
        return run(new BacklogBench(waiting));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "What the other devices notice when a fifth of all devices hangs for 30 s on every call.")
    int isolation() {
        return run(new IsolationBench());
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "How many commands a second are answered without a quota, and what each costs, beside"
                    + " Confluent's Parallel Consumer on the same machine.")
    int throughput(
            @Option(names = "--requests", defaultValue = "60000", description = "of one run (${DEFAULT-VALUE})")
                    int requests,
            @Option(names = "--runs", defaultValue = "5", description = "how many (${DEFAULT-VALUE})") int runs,
            @Option(
                            names = "--latency",
                            split = ",",
                            defaultValue = "0,200",
                            description = "of the devices in ms, one after the other (${DEFAULT-VALUE})")
                    List<Integer> latencies,
            @Option(names = "--in-flight", defaultValue = "1000", description = "calls at once (${DEFAULT-VALUE})")
                    int inFlight) {
        return run(new ThroughputBench(requests, runs, latencies, inFlight, processor));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Whether a command costs the same among a million as among a thousand.")
    int scale(
            @Option(
                            names = "--requests",
                            defaultValue = "1000000",
                            description = "the most; a tenth is measured before, and so on (${DEFAULT-VALUE})")
                    int requests,
            @Option(names = "--in-flight", defaultValue = "1000", description = "calls at once (${DEFAULT-VALUE})")
                    int inFlight) {
        if (requests < ScaleBench.FEWEST) {
            throw new ParameterException(spec.commandLine(), "--requests must be " + ScaleBench.FEWEST + " or more");
        }
        return run(new ScaleBench(requests, inFlight, processor));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "What the way through Kafka adds to the time that a device takes.")
    int latency(
            @Option(names = "--seconds", defaultValue = "10", description = "of one run (${DEFAULT-VALUE})")
                    int seconds,
            @Option(names = "--runs", defaultValue = "5", description = "how many (${DEFAULT-VALUE})") int runs,
            @Option(names = "--per-second", defaultValue = "300", description = "commands (${DEFAULT-VALUE})")
                    int perSecond,
            @Option(
                            names = "--warm-up",
                            defaultValue = "20",
                            description = "seconds, of 1,000 commands each (${DEFAULT-VALUE})")
                    int warmUp) {
        return run(new LatencyBench(seconds, runs, perSecond, warmUp, processor));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "How long devices wait for their calls when one of two processors is killed.")
    int recovery(@Option(names = "--runs", defaultValue = "5", description = "how many (${DEFAULT-VALUE})") int runs) {
        return run(new RecoveryBench(runs, processor));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "How soon a processor that starts with a large ledger calls again.")
    int restart(
            @Option(names = "--entries", defaultValue = "1000000", description = "of the ledger (${DEFAULT-VALUE})")
                    int entries) {
        return run(new RestartBench(entries, processor));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "How much of the quota is used, and whether it is ever exceeded, while processors join, leave"
                    + " and die under a backlog.")
    int quota() {
        return run(new QuotaBench(processor));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "What rotating the token costs and withstands: load, a storm of refusals, fail-over, restarts.")
    int token(
            @Option(names = "--seconds", defaultValue = "180", description = "under load (${DEFAULT-VALUE})")
                    long seconds) {
        return run(new TokenBench(Duration.ofSeconds(seconds)));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "What an innocent caller notices while another commits every kind of abuse in turn. Ends with"
                    + " 1 if a target is missed.")
    int abuse(
            @Option(names = "--seconds", defaultValue = "20", description = "beside each kind (${DEFAULT-VALUE})")
                    int seconds,
            @Option(names = "--only", split = ",", description = "these kinds alone, by their names in the report")
                    List<String> only) {
        AbuseBench bench;
        try {
            bench = new AbuseBench(Optional.ofNullable(only).orElse(List.of()), Duration.ofSeconds(seconds), processor);
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(spec.commandLine(), unknown.getMessage(), unknown);
        }
        AbuseReport came = bench.run(Installation.find(), this::tell);
        print(came.figures());
        came.missed().forEach(line -> tell("TARGET MISSED: " + line));
        return came.missed().isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private int run(Bench bench) {
        print(bench.run(Installation.find(), this::tell));
        return ExitCodes.DONE;
    }

    private void tell(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /** Prints the single figures, and writes all of them to the report. */
    private void print(Map<String, ?> figures) {
        PrintWriter out = spec.commandLine().getOut();
        Report file = new Report();
        figures.forEach((name, figure) -> {
            if (figure instanceof Number) {
                out.printf("%-28s %10s%n", name, figure);
            }
            file.put(name, figure);
        });
        out.flush();
        file.writeTo(report);
    }
}
