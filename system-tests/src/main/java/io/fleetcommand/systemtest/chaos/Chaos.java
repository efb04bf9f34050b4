package io.fleetcommand.systemtest.chaos;

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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A load on two processors while trouble is made, and the verdict.
 *
 * @param requests how many, published evenly over the run
 * @param perSecond how many a second
 * @param onlyRollingRestarts whether all other trouble is left out, and with it every cause for a second call
 * @param processor further settings of the processors
 */
public record Chaos(
        int requests, int perSecond, long seed, boolean onlyRollingRestarts, Map<String, String> processor) {
    private static final int PROCESSORS = 2;
    private static final int DEVICES = 500;
    private static final int SLICE = 20;
    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(5);
    private static final Duration OFFLINE_TIME_TO_LIVE = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofMinutes(6);
    private static final Duration QUIET = Duration.ofSeconds(5);

    /** @param tell told now and then how many requests are answered */
    public ChaosReport run(Installation installation, Consumer<Long> tell) {
        Map<String, String> settings = new HashMap<>(Map.of("quota.requests", "60000"));
        settings.putAll(processor);
        StackOptions options = StackOptions.standard()
                .withProcessors(PROCESSORS)
                .withSimulator(
                        "--devices",
                        Integer.toString(DEVICES),
                        "--offline",
                        onlyRollingRestarts ? "0" : "0.05",
                        "--latency",
                        "100ms+-50",
                        "--limit",
                        "200000",
                        "--seed",
                        Long.toString(seed))
                .withProcessor(settings);
        try (LocalStack stack = LocalStack.start(installation, options)) {
            return run(stack, tell);
        }
    }

    private ChaosReport run(LocalStack stack, Consumer<Long> tell) {
        long startedNanos = System.nanoTime();
        StackAddresses at = stack.addresses();
        Kafka kafka = new Kafka(at.bootstrapServers(), at.registry());
        Topics topics = new Topics(Topics.DEFAULT_PREFIX);
        Simulation simulation = new Simulation(at.control());
        List<Simulation.Device> fleet = simulation.fleet();
        FaultInjector trouble = onlyRollingRestarts
                ? new RollingRestarts(stack, PROCESSORS, startedNanos)
                : new RandomFaults(stack, simulation, PROCESSORS, new Random(seed), startedNanos);
        List<ExpectedRequest> plan = new ArrayList<>();
        try (ResultCollector answers = ResultCollector.open(kafka, topics);
                Publisher publisher = new Publisher(kafka, topics)) {
            while (plan.size() < requests) {
                List<ExpectedRequest> slice = slice(plan.size(), fleet);
                publisher.publish(slice);
                plan.addAll(slice);
                trouble.stir(System.nanoTime());
                answers.readFor(Duration.ofMillis(1_000L * SLICE / perSecond));
                tell.accept(answers.answered(plan));
            }
            trouble.end();
            answers.await(plan, TIMEOUT, QUIET, tell);
            return new ChaosReport(
                    plan.size(),
                    answers.answered(plan),
                    GuaranteeChecker.of(plan, answers, simulation),
                    trouble.deeds(),
                    onlyRollingRestarts,
                    Duration.ofNanos(System.nanoTime() - startedNanos));
        }
    }

    private List<ExpectedRequest> slice(int published, List<Simulation.Device> fleet) {
        Workload load = new Workload("chaos-" + published, seed + published, TIME_TO_LIVE, OFFLINE_TIME_TO_LIVE);
        return load.plan(Math.min(SLICE, requests - published), fleet, Instant.now());
    }
}
