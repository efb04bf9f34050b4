package io.fleetcommand.systemtest.bench;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ReceivedResult;
import io.fleetcommand.stack.load.ResultCollector;
import io.fleetcommand.stack.load.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What a fifth of the devices costs the others when it hangs for 30 seconds on every call: the others' 99th percentile
 * with and without, in turn on one running system.
 */
public final class IsolationBench implements Bench {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final int ROUNDS = 3;
    private static final int REQUESTS = 2_000;
    private static final int PER_SECOND = 50;
    private static final int SLICE = 10;
    /** One device in so many hangs. */
    private static final int HANGING = 5;

    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(20);
    private static final Duration TIMEOUT = Duration.ofSeconds(120);

    @Override
    public Map<String, Number> run(Installation installation, Consumer<String> tell) {
        StackOptions options = StackOptions.standard()
                .withSimulator("--devices", "500", "--latency", "100ms+-50", "--limit", "200000")
                .withProcessor(Map.of("quota.requests", "60000"));
        try (LocalStack stack = LocalStack.start(installation, options)) {
            StackAddresses at = stack.addresses();
            Kafka kafka = new Kafka(at.bootstrapServers(), at.registry());
            Simulation simulation = new Simulation(at.control());
            List<Simulation.Device> fleet = simulation.fleet();
            List<String> hanging = fleet.stream()
                    .filter(device -> fleet.indexOf(device) % HANGING == 0)
                    .map(Simulation.Device::id)
                    .toList();
            List<Long> alone = new ArrayList<>();
            List<Long> beside = new ArrayList<>();
            round("warm-up", kafka, fleet, Set.copyOf(hanging));
            for (int round = 1; round <= ROUNDS; round++) {
                alone.add(round("alone-" + round, kafka, fleet, Set.copyOf(hanging)));
                hanging.forEach(device -> simulation.become(device, "silent"));
                beside.add(round("beside-" + round, kafka, fleet, Set.copyOf(hanging)));
                hanging.forEach(device -> simulation.become(device, "online"));
                tell.accept("round " + round + ": p99 of the others " + alone.get(round - 1) + " ms alone, "
                        + beside.get(round - 1) + " ms beside hanging devices");
            }
            long p99Alone = median(alone);
            long p99Beside = median(beside);
            Map<String, Number> figures = new LinkedHashMap<>();
            figures.put("p99_alone_ms", p99Alone);
            figures.put("p99_beside_hanging_ms", p99Beside);
            figures.put("ratio", Math.round(1_000.0 * p99Beside / p99Alone) / 1_000.0);
            return figures;
        }
    }

    /** The 99th percentile of the answers of all devices that never hang, in milliseconds. */
    private static long round(String name, Kafka kafka, List<Simulation.Device> fleet, Set<String> hanging) {
        List<ExpectedRequest> plan = new ArrayList<>();
        Map<RequestKey, Instant> askedAt = new LinkedHashMap<>();
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS)) {
            while (plan.size() < REQUESTS) {
                Instant now = Instant.now();
                List<ExpectedRequest> slice = new Workload(
                                name + "-" + plan.size(), plan.size(), TIME_TO_LIVE, TIME_TO_LIVE)
                        .plan(SLICE, fleet, now);
                publisher.publish(slice);
                slice.forEach(request -> askedAt.put(request.key(), now));
                plan.addAll(slice);
                answers.readFor(Duration.ofMillis(1_000L * SLICE / PER_SECOND));
            }
            answers.await(plan, TIMEOUT, Duration.ZERO, done -> {});
            List<Long> waits = plan.stream()
                    .filter(request -> !hanging.contains(request.deviceId()))
                    .flatMap(request -> answers.of(request).stream())
                    .map(result -> waited(result, askedAt))
                    .sorted()
                    .collect(Collectors.toList());
            return waits.get((int) Math.ceil(waits.size() * 0.99) - 1);
        }
    }

    private static long waited(ReceivedResult result, Map<RequestKey, Instant> askedAt) {
        return Duration.between(askedAt.get(result.key()), result.finishedAt()).toMillis();
    }

    private static long median(List<Long> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }
}
