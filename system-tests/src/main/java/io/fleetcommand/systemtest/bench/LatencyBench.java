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
 * What the way through Kafka adds to a call: the time from publishing a command to reading its committed result, less
 * the device's own, at a steady rate and after a warm-up.
 *
 * @param seconds of one run
 * @param runs how many; the medians are reported
 * @param perSecond how many commands
 * @param warmUpSeconds not measured, before the first run, at a rate at which the JIT compilers see enough
 * @param processor further settings of the processor
 */
public record LatencyBench(int seconds, int runs, int perSecond, int warmUpSeconds, Map<String, String> processor)
        implements Bench {
    private static final int DEVICE_MS = 100;
    private static final int IN_FLIGHT = 1_000;
    /** The JIT compilers count calls and not seconds: 20 s of 300 a second leave them far from done. */
    private static final int WARM_UP_PER_SECOND = 1_000;

    @Override
    public Map<String, Number> run(Installation installation, Consumer<String> tell) {
        StackOptions options = StackOptions.standard()
                .withProcessors(0)
                .withSimulator(
                        "--devices",
                        "10000",
                        "--latency",
                        DEVICE_MS + "ms+-0",
                        "--limit",
                        "2000000000",
                        "--window",
                        "1s");
        try (LocalStack stack = LocalStack.start(installation, options)) {
            return measure(stack, tell);
        }
    }

    /** All are up and warm, the broker and the simulator too, before any is measured; then they take turns. */
    private Map<String, Number> measure(LocalStack stack, Consumer<String> tell) {
        StackAddresses at = stack.addresses();
        // A caller that waits for an answer does not hold its request back to fill a batch.
        Kafka kafka = new Kafka(at.bootstrapServers(), at.registry(), Map.of("linger.ms", "0"));
        List<Simulation.Device> fleet = new Simulation(at.control()).fleet();
        SystemUnderTest exactlyOnce = processor("exactly_once");
        SystemUnderTest atLeastOnce = processor("at_least_once");
        SystemUnderTest baseline = SystemUnderTest.parallelConsumer(IN_FLIGHT);
        List.of(exactlyOnce, atLeastOnce, baseline).forEach(contender -> contender.startOn(stack));
        try (LoadRun forExactlyOnce = exactlyOnce.volley(kafka, fleet);
                LoadRun forAtLeastOnce = atLeastOnce.volley(kafka, fleet);
                LoadRun forBaseline = baseline.volley(kafka, fleet)) {
            List<Course> courses = List.of(
                    new Course(exactlyOnce.name(), forExactlyOnce, new ArrayList<>()),
                    new Course(atLeastOnce.name(), forAtLeastOnce, new ArrayList<>()),
                    new Course(baseline.name(), forBaseline, new ArrayList<>()));
            courses.forEach(course -> course.volley.fly(warmUpSeconds * WARM_UP_PER_SECOND, WARM_UP_PER_SECOND));
            for (int run = 1; run <= runs; run++) {
                for (Course course : courses) {
                    LoadRun.LoadResult flight = course.volley.fly(seconds * perSecond, perSecond);
                    course.flights.add(flight);
                    tell.accept(String.format(
                            "%s, run %d: p50 %d ms, p99 %d ms",
                            course.name, run, flight.waitMs(0.5) - DEVICE_MS, flight.waitMs(0.99) - DEVICE_MS));
                }
            }
            Map<String, Number> figures = new LinkedHashMap<>();
            courses.forEach(course -> {
                figures.put(course.name + "_p50_ms", course.overheadMs(0.5));
                figures.put(course.name + "_p99_ms", course.overheadMs(0.99));
            });
            return figures;
        }
    }

    private SystemUnderTest processor(String guarantee) {
        Map<String, String> settings = new HashMap<>(processor);
        settings.put("streams.processing.guarantee", guarantee.equals("exactly_once") ? "exactly_once_v2" : guarantee);
        return SystemUnderTest.processor(guarantee, IN_FLIGHT, settings);
    }

    /** What one of the contenders has flown. */
    private record Course(String name, LoadRun volley, List<LoadRun.LoadResult> flights) {
        /** The median of the runs. */
        private long overheadMs(double share) {
            return Math.round(Median.of(flights, flight -> flight.waitMs(share))) - DEVICE_MS;
        }
    }
}
