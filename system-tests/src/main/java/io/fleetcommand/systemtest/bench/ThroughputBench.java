package io.fleetcommand.systemtest.bench;

import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How many commands a second the processor answers when no quota holds it back, and what each costs, beside programs
 * that only call and reply. All are up for the whole time and take turns, so that each run compares them on the same
 * machine in the same state.
 *
 * @param requests of one run
 * @param runs how many; the medians are reported
 * @param latenciesMs how long a device takes, one after the other; all figures of all but the first have it in their
 *     names
 * @param inFlight how many calls may be under way at once
 * @param processor further settings of the processor
 */
public record ThroughputBench(
        int requests, int runs, List<Integer> latenciesMs, int inFlight, Map<String, String> processor)
        implements Bench {
    /** More than are ever in flight, so that no call waits for another of its device. */
    private static final int DEVICES = 10_000;
    /** Where our own choice is for short waits: fewer commits and requests, with more in each. */
    private static final Map<String, String> FOR_MANY = Map.of(
            "result.commit.interval.ms",
            "500",
            "streams.commit.interval.ms",
            "500",
            "streams.producer.linger.ms",
            "100",
            "producer.linger.ms",
            "10");
    /** This share of a run is enough for a program that makes few calls at once. */
    private static final int SLOW_SHARE = 120;

    @Override
    public Map<String, Number> run(Installation installation, Consumer<String> tell) {
        Map<String, Number> figures = new LinkedHashMap<>();
        for (int latencyMs : latenciesMs) {
            String suffix = latencyMs == latenciesMs.get(0) ? "" : "_at_" + latencyMs + "_ms";
            try (LocalStack stack = LocalStack.start(installation, stack(latencyMs))) {
                tell.accept("devices answer after " + latencyMs + " ms");
                measure(stack, tell).forEach((name, figure) -> figures.put(name + suffix, figure));
            }
        }
        return figures;
    }

    /** Devices that take so long, and a cloud that never says that it is too much. */
    static StackOptions stack(int latencyMs) {
        return StackOptions.standard()
                .withProcessors(0)
                .withSimulator(
                        "--devices",
                        Integer.toString(DEVICES),
                        "--latency",
                        latencyMs + "ms+-0",
                        "--limit",
                        "2000000000",
                        "--window",
                        "1s");
    }

    /** Of a processor that is to answer as many as it can. */
    static Map<String, String> settings(Map<String, String> further) {
        Map<String, String> settings = new HashMap<>(FOR_MANY);
        settings.putAll(further);
        return settings;
    }

    private Map<String, Number> measure(LocalStack stack, Consumer<String> tell) {
        StackAddresses at = stack.addresses();
        Kafka kafka = new Kafka(at.bootstrapServers(), at.registry());
        List<Simulation.Device> fleet = new Simulation(at.control()).fleet();
        SystemUnderTest processor = SystemUnderTest.processor("processor", inFlight, settings(this.processor));
        SystemUnderTest baseline = SystemUnderTest.parallelConsumer(inFlight);
        SystemUnderTest blocking = SystemUnderTest.blockingStreams(inFlight);
        List<SystemUnderTest> all = List.of(processor, baseline, blocking);
        all.forEach(contender -> contender.startOn(stack));
        List<Pair> pairs = new ArrayList<>();
        try (LoadRun forProcessor = processor.volley(kafka, fleet);
                LoadRun forBaseline = baseline.volley(kafka, fleet);
                LoadRun forBlocking = blocking.volley(kafka, fleet)) {
            int few = Math.max(1, requests / SLOW_SHARE);
            forBlocking.atOnce(few);
            double blockingPerSecond = forBlocking.atOnce(few).perSecond();
            stack.process(blocking.name()).kill();
            // A whole run of each warms up.
            forProcessor.atOnce(requests);
            forBaseline.atOnce(requests);
            for (int run = 1; run <= runs; run++) {
                Pair pair = new Pair(
                        Run.of(requests, stack, processor, forProcessor),
                        Run.of(requests, stack, baseline, forBaseline));
                pairs.add(pair);
                tell.accept(String.format(
                        "run %d: processor %.0f/s with %.2f CPU-ms each, baseline %.0f/s with %.2f",
                        run,
                        pair.processor.perSecond,
                        pair.processor.cpuMs,
                        pair.baseline.perSecond,
                        pair.baseline.cpuMs));
            }
            return figures(pairs, blockingPerSecond);
        }
    }

    private static Map<String, Number> figures(List<Pair> pairs, double blockingPerSecond) {
        Map<String, Number> figures = new LinkedHashMap<>();
        figures.put("requests_per_second", Math.round(Median.of(pairs, pair -> pair.processor.perSecond)));
        figures.put("cpu_ms_per_request", Median.rounded(Median.of(pairs, pair -> pair.processor.cpuMs)));
        figures.put("peak_rss_mb", Math.round(Median.of(pairs, pair -> pair.processor.peakMemoryMb)));
        figures.put("kafka_bytes_per_request", Math.round(Median.of(pairs, pair -> pair.processor.kafkaBytes)));
        figures.put("baseline_requests_per_second", Math.round(Median.of(pairs, pair -> pair.baseline.perSecond)));
        figures.put("baseline_cpu_ms_per_request", Median.rounded(Median.of(pairs, pair -> pair.baseline.cpuMs)));
        figures.put("baseline_peak_rss_mb", Math.round(Median.of(pairs, pair -> pair.baseline.peakMemoryMb)));
        figures.put("baseline_kafka_bytes_per_request", Math.round(Median.of(pairs, pair -> pair.baseline.kafkaBytes)));
        figures.put("blocking_requests_per_second", Math.round(blockingPerSecond));
        figures.put(
                "ratio", Median.rounded(Median.of(pairs, pair -> pair.processor.perSecond / pair.baseline.perSecond)));
        figures.put("cpu_ratio", Median.rounded(Median.of(pairs, pair -> pair.processor.cpuMs / pair.baseline.cpuMs)));
        return figures;
    }

    /**
     * What one volley came to.
     *
     * @param cpuMs and kafkaBytes of each request
     */
    record Run(double perSecond, double cpuMs, long peakMemoryMb, double kafkaBytes) {
        static Run of(int requests, LocalStack stack, SystemUnderTest contender, LoadRun volley) {
            Cost before = Cost.soFar(stack, contender.name());
            LoadRun.LoadResult flight = volley.atOnce(requests);
            Cost cost = Cost.soFar(stack, contender.name()).since(before);
            return new Run(
                    flight.perSecond(),
                    cost.cpuMs() / requests,
                    cost.peakMemoryMb(),
                    (double) cost.kafkaBytes() / requests);
        }
    }

    private record Pair(Run processor, Run baseline) {}
}
