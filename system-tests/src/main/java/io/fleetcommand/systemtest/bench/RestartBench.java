package io.fleetcommand.systemtest.bench;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalProcessors;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How soon a processor with a large ledger calls again: from the start of its process to the first call, once after an
 * orderly end, and once after a kill, when the copy of the ledger on disk is not trusted and is made anew from Kafka.
 *
 * @param entries how many requests wait in the ledger
 * @param processor further settings of the processor
 */
public record RestartBench(int entries, Map<String, String> processor) implements Bench {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final long LOOK_EVERY_MS = 50;

    @Override
    public Map<String, Number> run(Installation installation, Consumer<String> tell) {
        StackOptions options = StackOptions.standard()
                .withSimulator("--devices", "10000", "--latency", "50ms+-0")
                .withProcessor(processor);
        try (LocalStack stack = LocalStack.start(installation, options)) {
            StackAddresses at = stack.addresses();
            Simulation simulation = new Simulation(at.control());
            WaitingPolls polls = new WaitingPolls(entries, at, TOPICS);
            polls.publish(new Kafka(at.bootstrapServers(), at.registry()), simulation.fleet(), tell);
            polls.awaitIntake(tell);
            stack.processors().terminate(1);
            double orderly = firstCall(stack, simulation);
            tell.accept("first call " + orderly + " s after an orderly end");
            stack.processors().kill(1);
            double killed = firstCall(stack, simulation);
            Map<String, Number> figures = new LinkedHashMap<>();
            figures.put("entries", entries);
            figures.put("first_call_seconds", orderly);
            figures.put("first_call_after_kill_seconds", killed);
            figures.put(
                    "peak_rss_mb",
                    stack.process(LocalProcessors.name(1)).usage().peakMemoryMb());
            return figures;
        }
    }

    private static double firstCall(LocalStack stack, Simulation simulation) {
        long before = calls(simulation);
        long startNanos = System.nanoTime();
        stack.processors().start(1);
        while (calls(simulation) == before) {
            if (System.nanoTime() - startNanos > TIMEOUT.toNanos()) {
                throw new IllegalStateException("nothing was called within " + TIMEOUT + " of the start");
            }
            pause();
        }
        return Median.rounded((System.nanoTime() - startNanos) / 1e9);
    }

    /** Calls that have arrived; what they ask for is no variable of the device, so nothing is read. */
    private static long calls(Simulation simulation) {
        return simulation.summary().path("by_route").path("variable").asLong();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the first call", interrupted);
        }
    }
}
