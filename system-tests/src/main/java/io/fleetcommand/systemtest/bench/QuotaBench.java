package io.fleetcommand.systemtest.bench;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ReceivedResult;
import io.fleetcommand.stack.load.ResultCollector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;

/**
 * How much of a quota of 1,000 requests per 30 s is used, and whether it is ever exceeded, while processors join, leave
 * and die under a backlog of BULK commands; how long URGENT commands wait meanwhile; and what is used when one partition
 * alone has work. The simulated cloud enforces the window exactly.
 */
public final class QuotaBench implements Bench {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final int LIMIT = 1_000;
    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final int BURST = 12;
    private static final int HEADROOM = 2;
    private static final int BACKLOG = 15_000;
    /** Longer than all the parts that need it. */
    private static final Duration BACKLOG_LIFE = Duration.ofSeconds(345);

    private static final int HOT_BACKLOG = 4_000;
    private static final Duration SETTLING = Duration.ofSeconds(15);
    private static final Duration URGENT_EVERY = Duration.ofMillis(300);
    private static final String HOT = "hot-";

    private final Map<String, String> processor;
    private final Random random = new Random(7);
    private final List<String> allUrgents = new ArrayList<>();
    /** Those that were published while no processor joined, left or died. */
    private final List<String> stableUrgents = new ArrayList<>();

    /** @param processor further settings of the processors */
    public QuotaBench(Map<String, String> processor) {
        this.processor = processor;
    }

    @Override
    public Map<String, Number> run(Installation installation, Consumer<String> tell) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "quota.requests",
                Integer.toString(LIMIT),
                "quota.window.ms",
                Long.toString(WINDOW.toMillis()),
                "quota.burst",
                Integer.toString(BURST),
                "quota.headroom",
                Integer.toString(HEADROOM)));
        settings.putAll(processor);
        StackOptions options = StackOptions.standard()
                .withSimulator("--devices", "3000", "--latency", "50ms+-0", "--limit", "1000", "--window", "30s")
                .withProcessor(settings);
        try (LocalStack stack = LocalStack.start(installation, options)) {
            Kafka kafka = new Kafka(
                    stack.addresses().bootstrapServers(), stack.addresses().registry());
            Simulation simulation = new Simulation(stack.addresses().control());
            try (KafkaProducer<String, Object> producer = kafka.producer();
                    ResultCollector answers = ResultCollector.open(kafka, TOPICS)) {
                return measure(stack, simulation, producer, answers, tell);
            }
        }
    }

    private Map<String, Number> measure(
            LocalStack stack,
            Simulation simulation,
            KafkaProducer<String, Object> producer,
            ResultCollector answers,
            Consumer<String> tell) {
        List<Simulation.Device> fleet = simulation.fleet();
        Instant start = Instant.now();
        Instant end = start.plus(BACKLOG_LIFE);
        for (int number = 1; number <= BACKLOG; number++) {
            command(producer, "bulk-" + number, fleet.get(number % fleet.size()).id(), Priority.BULK, end);
        }
        List<Double> uses = new ArrayList<>();
        Phases phases = new Phases(simulation, producer, answers, fleet, uses, tell);
        phases.stable("1 processor", 40);
        start(stack, 2);
        phases.stable("2 processors", 35);
        start(stack, 3);
        phases.stable("3 processors", 35);
        stack.processors().kill(3);
        phases.stable("2 processors, after a kill -9", 35);
        start(stack, 3);
        phases.stable("3 processors again", 25);
        stack.processors().terminate(2);
        phases.stable("2 processors, after one has left", 25);
        start(stack, 2);
        phases.run(Duration.between(Instant.now(), end.plusSeconds(10)));

        List<String> hot = fleet.stream()
                .map(Simulation.Device::id)
                .filter(device -> hotPartition(producer, device))
                .toList();
        Instant hotEnd = Instant.now().plus(Duration.ofSeconds(75));
        for (int number = 1; number <= HOT_BACKLOG; number++) {
            command(producer, HOT + number, hot.get(number % hot.size()), Priority.BULK, hotEnd);
        }
        double hotUse = phases.use("3 processors, one of twelve partitions has work", 40, false);

        int throttled = simulation.summary().path("throttled").asInt();
        Map<String, Number> figures = new LinkedHashMap<>();
        figures.put("limit", LIMIT);
        figures.put("window_seconds", WINDOW.toSeconds());
        figures.put("worst_window", simulation.summary().path("worst_window").asInt());
        figures.put(
                "use_of_limit",
                Median.rounded(uses.stream().mapToDouble(use -> use).average().orElse(0)));
        figures.put(
                "use_of_limit_least",
                Median.rounded(uses.stream().mapToDouble(use -> use).min().orElse(0)));
        figures.put("throttled", throttled);
        figures.put("urgent_wait_p99_ms", urgentWait(answers, stableUrgents));
        figures.put("urgent_commands", stableUrgents.size());
        figures.put("urgent_wait_p99_ms_joins_and_kills_included", urgentWait(answers, allUrgents));
        figures.put("processors_max", 3);
        figures.put("kills", 1);
        figures.put("hot_partition_use_of_limit", Median.rounded(hotUse));
        return figures;
    }

    private static void start(LocalStack stack, int number) {
        stack.processors().start(number);
        stack.processors().await(number);
    }

    private static boolean hotPartition(KafkaProducer<String, Object> producer, String device) {
        int partitions = producer.partitionsFor(TOPICS.commands()).size();
        byte[] key = device.getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(key)) % partitions == 0;
    }

    private static void command(
            KafkaProducer<String, Object> producer, String id, String device, Priority priority, Instant deadline) {
        producer.send(new ProducerRecord<>(
                TOPICS.commands(),
                device,
                DeviceCommand.newBuilder()
                        .setRequestId(id)
                        .setDeviceId(device)
                        .setFunction("setLed")
                        .setPriority(priority)
                        .setDeadline(deadline)
                        .setRequester(priority == Priority.URGENT ? "urgent" : "bulk")
                        .setCreatedAt(Instant.now())
                        .build()));
    }

    /** The wait for quota alone, as the results tell it; the 99th percentile of all that were answered. */
    private static long urgentWait(ResultCollector answers, List<String> ids) {
        List<Long> waits = new ArrayList<>();
        for (String id : ids) {
            for (ReceivedResult result : answers.of(id)) {
                waits.add(((CommandResult) result.published()).getWaitedForQuotaMs());
            }
        }
        waits.sort(null);
        return waits.isEmpty() ? 0 : waits.get((int) Math.ceil(waits.size() * 0.99) - 1);
    }

    /** Parts of the run, in all of which URGENT commands are published. */
    private final class Phases {
        private final Simulation simulation;
        private final KafkaProducer<String, Object> producer;
        private final ResultCollector answers;
        private final List<Simulation.Device> fleet;
        private final List<Double> uses;
        private final Consumer<String> tell;

        Phases(
                Simulation simulation,
                KafkaProducer<String, Object> producer,
                ResultCollector answers,
                List<Simulation.Device> fleet,
                List<Double> uses,
                Consumer<String> tell) {
            this.simulation = simulation;
            this.producer = producer;
            this.answers = answers;
            this.fleet = fleet;
            this.uses = uses;
            this.tell = tell;
        }

        void stable(String what, int seconds) {
            uses.add(use(what, seconds, true));
        }

        /** The share of the limit that is used once things have settled. */
        double use(String what, int seconds, boolean urgent) {
            runFor(SETTLING, urgent);
            int settled = allUrgents.size();
            long accepted = simulation.summary().path("accepted").asLong();
            long sinceNanos = System.nanoTime();
            runFor(Duration.ofSeconds(seconds), urgent);
            stableUrgents.addAll(allUrgents.subList(settled, allUrgents.size()));
            double more = simulation.summary().path("accepted").asLong() - accepted;
            double took = (System.nanoTime() - sinceNanos) / 1e9;
            double use = more / took / (LIMIT / (double) WINDOW.toSeconds());
            tell.accept(String.format(
                    "%-48s use %.4f, worst window so far %d, throttled %d",
                    what,
                    use,
                    simulation.summary().path("worst_window").asInt(),
                    simulation.summary().path("throttled").asInt()));
            return use;
        }

        void run(Duration time) {
            runFor(time, true);
        }

        private void runFor(Duration time, boolean urgent) {
            long endNanos = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < endNanos) {
                if (urgent) {
                    String device = fleet.get(random.nextInt(fleet.size())).id();
                    String id = "urgent-" + allUrgents.size();
                    allUrgents.add(id);
                    command(producer, id, device, Priority.URGENT, Instant.now().plusSeconds(60));
                }
                long left = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
                answers.readFor(Duration.ofMillis(Math.max(1, Math.min(left, URGENT_EVERY.toMillis()))));
            }
        }
    }
}
