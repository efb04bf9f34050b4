package io.fleetcommand.cli.bench;

import io.fleetcommand.cli.load.Kafka;
import io.fleetcommand.cli.load.Simulation;
import io.fleetcommand.cli.stack.Addresses;
import io.fleetcommand.cli.stack.Installation;
import io.fleetcommand.cli.stack.LocalStack;
import io.fleetcommand.cli.stack.StackOptions;
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
 * @param warmUpSeconds not measured, before the first run
 * @param processor further settings of the processor
 */
public record Latency(int seconds, int runs, int perSecond, int warmUpSeconds, Map<String, String> processor)
        implements Bench {
    private static final int DEVICE_MS = 100;
    private static final int IN_FLIGHT = 1_000;

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
        Map<String, Number> figures = new LinkedHashMap<>();
        try (LocalStack stack = LocalStack.start(installation, options)) {
            measure(stack, processor("exactly_once"), figures, tell);
            measure(stack, processor("at_least_once"), figures, tell);
            measure(stack, Contender.parallelConsumer(IN_FLIGHT), figures, tell);
        }
        return figures;
    }

    private Contender processor(String guarantee) {
        Map<String, String> settings = new HashMap<>(processor);
        settings.put("streams.processing.guarantee", guarantee.equals("exactly_once") ? "exactly_once_v2" : guarantee);
        return Contender.processor(guarantee, IN_FLIGHT, settings);
    }

    private void measure(LocalStack stack, Contender contender, Map<String, Number> figures, Consumer<String> tell) {
        Addresses at = stack.addresses();
        // A caller that waits for an answer does not hold its request back to fill a batch.
        Kafka kafka = new Kafka(at.bootstrapServers(), at.registry(), Map.of("linger.ms", "0"));
        List<Simulation.Device> fleet = new Simulation(at.control()).fleet();
        contender.startOn(stack);
        List<Volley.Flight> flights = new ArrayList<>();
        try (Volley volley = contender.volley(kafka, fleet)) {
            volley.fly(warmUpSeconds * perSecond, perSecond);
            for (int run = 1; run <= runs; run++) {
                Volley.Flight flight = volley.fly(seconds * perSecond, perSecond);
                flights.add(flight);
                tell.accept(String.format(
                        "%s, run %d: p50 %d ms, p99 %d ms",
                        contender.name(), run, flight.waitMs(0.5) - DEVICE_MS, flight.waitMs(0.99) - DEVICE_MS));
            }
        }
        stack.killProgram(contender.name());
        figures.put(
                contender.name() + "_p50_ms", Math.round(Median.of(flights, flight -> flight.waitMs(0.5))) - DEVICE_MS);
        figures.put(
                contender.name() + "_p99_ms",
                Math.round(Median.of(flights, flight -> flight.waitMs(0.99))) - DEVICE_MS);
    }
}
