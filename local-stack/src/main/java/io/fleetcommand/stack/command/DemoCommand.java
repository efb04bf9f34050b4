package io.fleetcommand.stack.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.cli.Progress;
import io.fleetcommand.cli.Report;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.GuaranteeChecker;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ResultCollector;
import io.fleetcommand.stack.load.Workload;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the whole system on this machine, puts a load on it, and checks every answer. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Starts the whole system on this machine, publishes requests and checks every answer.")
final class DemoCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(100);
    /** Time for a second result to show, if there were one. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    @Spec
    private CommandSpec spec;

    @Option(names = "--requests", defaultValue = "1000", description = "how many (${DEFAULT-VALUE})")
    private int requests;

    @Option(names = "--devices", defaultValue = "200", description = "how many (${DEFAULT-VALUE})")
    private int devices;

    @Option(names = "--offline", defaultValue = "0.05", description = "share of devices offline (${DEFAULT-VALUE})")
    private double offline;

    @Option(names = "--seed", defaultValue = "7", description = "of the fleet and the requests (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--report", description = "file to write the figures to, as JSON")
    private Optional<Path> report;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        long startedNanos = System.nanoTime();
        out.println("starting a broker, a schema registry, the simulator, the token-service and the processor ...");
        out.flush();
        StackOptions options = StackOptions.standard()
                .withSimulator(
                        "--devices", Integer.toString(devices),
                        "--offline", Double.toString(offline),
                        "--seed", Long.toString(seed));
        try (LocalStack stack = LocalStack.start(Installation.find(), options)) {
            return run(stack, out, startedNanos);
        }
    }

    private int run(LocalStack stack, PrintWriter out, long startedNanos) {
        StackAddresses at = stack.addresses();
        Kafka kafka = new Kafka(at.bootstrapServers(), at.registry());
        Topics topics = new Topics(Topics.DEFAULT_PREFIX);
        Simulation simulation = new Simulation(at.control());
        Workload load = new Workload("demo", seed, Duration.ofSeconds(90), Duration.ofSeconds(15));
        try (ResultCollector answers = ResultCollector.open(kafka, topics);
                Publisher publisher = new Publisher(kafka, topics)) {
            Progress progress = new Progress(out, "answered");
            List<ExpectedRequest> plan = load.plan(requests, simulation.fleet(), Instant.now());
            out.printf("publishing %d requests for %d devices%n", plan.size(), devices);
            publisher.publish(plan);
            answers.await(plan, TIMEOUT, QUIET, done -> progress.show(done, requests));
            progress.end();
            GuaranteeChecker promises = GuaranteeChecker.of(plan, answers, simulation);
            JsonNode counts = simulation.summary();
            double seconds = (System.nanoTime() - startedNanos) / 1e9;
            out.println(ResultTable.of(plan, answers));
            out.printf(
                    "quota used: %d of 10000 calls per 300 s; refused with 429: %d; %.1f s in all%n",
                    counts.path("worst_window_accepted").asInt(),
                    counts.path("throttled").asInt(),
                    seconds);
            promises.broken().forEach(line -> out.println("BROKEN PROMISE: " + line));
            boolean kept = promises.allKept() && counts.path("throttled").asInt() == 0;
            out.println(kept ? "every request has its one answer" : "the demo failed");
            out.flush();
            new Report()
                    .put("published", plan.size())
                    .put("answered", answers.answered(plan))
                    .put("unanswered", promises.unanswered())
                    .put("answered_twice", promises.answeredTwice())
                    .put("wrong_status", promises.wrongStatus() + promises.contradictedByDevices())
                    .put("at_most_once_executed_twice", promises.atMostOnceRanTwice())
                    .put("throttled", counts.path("throttled").asInt())
                    .put("seconds", Math.round(seconds * 10) / 10.0)
                    .writeTo(report);
            return kept ? 0 : 1;
        }
    }
}
