package io.fleetcommand.systemtest.bench;

import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Whether a command costs the same among a million as among a thousand: one processor answers more and more of them,
 * all published at once, without a quota and from devices that answer at once.
 *
 * @param most the largest number of commands, a thousand or more; each of the others is a tenth of the next
 * @param inFlight how many calls may be under way at once
 * @param processor further settings of the processor
 */
public record ScaleBench(int most, int inFlight, Map<String, String> processor) implements Bench {
    /** To time fewer is to time one commit. */
    public static final int FEWEST = 1_000;

    private static final int TENFOLD = 10;
    /** Of the smaller numbers, of which a single run says little. */
    private static final int RUNS = 9;
    /** From this number on a run is long enough by itself. */
    private static final int MANY = 100_000;
    /** The JIT compilers are done with most of their work then. */
    private static final int WARM_UP = 150_000;

    @Override
    public Map<String, Number> run(Installation installation, Consumer<String> tell) {
        Map<String, Number> figures = new LinkedHashMap<>();
        try (LocalStack stack = LocalStack.start(installation, ThroughputBench.stack(0))) {
            StackAddresses at = stack.addresses();
            Kafka kafka = new Kafka(at.bootstrapServers(), at.registry());
            SystemUnderTest contender =
                    SystemUnderTest.processor("processor", inFlight, ThroughputBench.settings(processor));
            contender.startOn(stack);
            try (LoadRun volley = contender.volley(kafka, new Simulation(at.control()).fleet())) {
                volley.atOnce(Math.min(WARM_UP, most));
                List<Integer> numbers = numbers();
                for (int requests : numbers) {
                    report("of_" + requests, measure(requests, stack, contender, volley), figures, tell);
                }
                // A machine that has become slower meanwhile is told apart from work that has become dearer.
                int fewest = numbers.get(0);
                report("of_" + fewest + "_afterwards", measure(fewest, stack, contender, volley), figures, tell);
            }
        }
        return figures;
    }

    private List<Integer> numbers() {
        return Stream.iterate(most, number -> number >= FEWEST, number -> number / TENFOLD)
                .sorted()
                .toList();
    }

    private static List<ThroughputBench.Run> measure(
            int requests, LocalStack stack, SystemUnderTest contender, LoadRun volley) {
        List<ThroughputBench.Run> runs = new ArrayList<>();
        for (int run = 0; run < (requests < MANY ? RUNS : 1); run++) {
            runs.add(ThroughputBench.Run.of(requests, stack, contender, volley));
        }
        return runs;
    }

    private static void report(
            String which, List<ThroughputBench.Run> runs, Map<String, Number> figures, Consumer<String> tell) {
        double perSecond = Median.of(runs, ThroughputBench.Run::perSecond);
        double cpuMs = Median.of(runs, ThroughputBench.Run::cpuMs);
        double peakMemoryMb = Median.of(runs, ThroughputBench.Run::peakMemoryMb);
        tell.accept(String.format(
                "%s: %.0f/s with %.2f CPU-ms each, %.0f MB at most",
                which.replace('_', ' '), perSecond, cpuMs, peakMemoryMb));
        figures.put("requests_per_second_" + which, Math.round(perSecond));
        figures.put("cpu_ms_per_request_" + which, Median.rounded(cpuMs));
        figures.put("peak_rss_mb_" + which, Math.round(peakMemoryMb));
    }
}
