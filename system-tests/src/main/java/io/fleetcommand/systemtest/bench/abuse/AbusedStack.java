package io.fleetcommand.systemtest.bench.abuse;

import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalProcessors;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackFailure;
import io.fleetcommand.stack.StackOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;

/**
 * A stack with one processor, the innocent callers who use it, and the abuser. The processor is started again when it
 * ends, as an orchestrator would. Confined to the bench's thread.
 */
final class AbusedStack implements AutoCloseable {
    static final String INNOCENT = "abuse.innocent";
    /** The innocent caller's reply topic, which it does not use: whatever comes there was sent by the abuser. */
    static final String INNOCENT_REPLIES = "replies.innocent";

    private static final String WARM_UP = "abuse.warm-up";
    /** What a device call takes at best by way of the real cloud, and some more. */
    private static final String DEVICE_LATENCY = "300ms+-150";

    private static final int DEVICES = 400;
    private static final int DEVICES_OF_A_CALLER = 24;
    private static final int DEVICES_OF_THE_WARM_UP = 250;
    private static final double PER_SECOND = 2;
    private static final double WARM_UP_PER_SECOND = 250;
    private static final int RESTARTS_PER_KIND = 2;
    private static final long LOOK_EVERY_MS = 50;
    private static final int LONGEST_WORDS = 500;
    /** Twenty thousand for a phase of twenty seconds. */
    private static final int REHEARSED_PER_SECOND = 1_000;

    private static final Duration WARM_UP_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration RESTART_TIMEOUT = Duration.ofSeconds(120);
    private static final long ADMIN_TIMEOUT_S = 30;
    /** As careless about reply topics as a policy can be, but for other callers'. */
    private static final String POLICY = """
            rules:
              - name: everything
                topics: ['.*']
                products: ['.*']
                functions: ['.*']
                variables: ['.*']
                priorities: [URGENT, NORMAL, BULK]
            replies:
              - topics: ['abuse\\.(commands|polls)']
                reply_topics: ['replies\\.abuse\\..*', 'fleet.*', 'abuse.*', '__.*']
              - topics: ['abuse\\.innocent']
                reply_topics: ['replies\\.innocent']
            """;

    private static final Map<String, String> SETTINGS = Map.of(
            "request.topics.commands",
            String.join(",", INNOCENT, Abuser.COMMANDS, WARM_UP),
            "request.topics.polls",
            Abuser.POLLS,
            "quota.requests",
            "10000",
            "quota.window.ms",
            "30000");

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final LocalStack stack;
    private final ProcessorMonitor monitor;
    private final SteadyCaller innocent;
    private final SteadyCaller neighbour;
    private final SteadyCaller warmUp;
    private final AnswerTally tally = new AnswerTally();
    private final Traffic traffic;
    private final Admin admin;
    private final Abuser abuser;
    private int ends;
    private long copiesBefore;
    private Optional<String> lastWords = Optional.empty();
    private OptionalDouble restartSeconds = OptionalDouble.empty();

    private AbusedStack(Installation installation, Map<String, String> processor, Duration phase) {
        try {
            RegistryFrontEnd frontEnd = opened(new RegistryFrontEnd());
            Map<String, String> settings = new HashMap<>(SETTINGS);
            settings.put("schema.registry.url", frontEnd.url());
            settings.putAll(processor);
            stack = opened(LocalStack.start(
                    installation,
                    StackOptions.standard()
                            .withProcessors(0)
                            .withSimulator(
                                    "--devices",
                                    String.valueOf(DEVICES),
                                    "--latency",
                                    DEVICE_LATENCY,
                                    "--limit",
                                    "11000",
                                    "--window",
                                    "30s")
                            .withProcessor(settings)));
            StackAddresses at = stack.addresses();
            frontEnd.passTo(at.registry());
            stack.processors().setPolicy(POLICY);
            monitor = opened(ProcessorMonitor.start());
            startProcessor();
            Kafka kafka = new Kafka(at.bootstrapServers(), at.registry());
            List<String> devices = new Simulation(at.control())
                    .fleet().stream().map(Simulation.Device::id).toList();
            KafkaProducer<String, Object> producer =
                    opened(new Kafka(at.bootstrapServers(), at.registry(), Map.of("linger.ms", "0")).producer());
            int free = 2 * DEVICES_OF_A_CALLER + DEVICES_OF_THE_WARM_UP;
            innocent = new SteadyCaller(
                    "innocent", INNOCENT, devices.subList(0, DEVICES_OF_A_CALLER), PER_SECOND, producer);
            neighbour = new SteadyCaller(
                    "neighbour",
                    Abuser.COMMANDS,
                    devices.subList(DEVICES_OF_A_CALLER, 2 * DEVICES_OF_A_CALLER),
                    PER_SECOND / 2,
                    producer);
            warmUp = new SteadyCaller(
                    "warm-up", WARM_UP, devices.subList(2 * DEVICES_OF_A_CALLER, free), WARM_UP_PER_SECOND, producer);
            traffic = opened(Traffic.start(kafka, Abuser.TOPICS, List.of(innocent, neighbour, warmUp), tally));
            admin = opened(Admin.create(Map.of("bootstrap.servers", at.bootstrapServers())));
            abuser = opened(new Abuser(
                    kafka, frontEnd, () -> stack.processors().url(1), devices.subList(free, devices.size()), phase));
            abuser.createTopic(INNOCENT_REPLIES, Map.of());
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /** Starts all of it, and lets it run until the JIT compilers have seen something. */
    static AbusedStack start(
            Installation installation, Map<String, String> processor, Duration phase, Duration warmUp) {
        AbusedStack started = new AbusedStack(installation, processor, phase);
        started.warmUp(warmUp);
        started.rehearse(phase);
        return started;
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    SteadyCaller innocent() {
        return innocent;
    }

    SteadyCaller neighbour() {
        return neighbour;
    }

    AnswerTally tally() {
        return tally;
    }

    ProcessorMonitor monitor() {
        return monitor;
    }

    Abuser abuser() {
        return abuser;
    }

    /** How many times the processor's process has ended by itself since the last reset. */
    int ends() {
        return ends;
    }

    /** Copies of answers that the abuser has had sent to the innocent caller's reply topic since the last reset. */
    long copiesToInnocent() {
        return copies() - copiesBefore;
    }

    private long copies() {
        try {
            return admin
                    .listOffsets(Map.of(new TopicPartition(INNOCENT_REPLIES, 0), OffsetSpec.latest()))
                    .all()
                    .get(ADMIN_TIMEOUT_S, TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
                    .sum();
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("Kafka does not tell what is in " + INNOCENT_REPLIES, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while counting copies", interrupted);
        }
    }

    /** The last error in the log of a processor that ended by itself since the last reset. */
    Optional<String> lastWords() {
        return lastWords;
    }

    /** Starts a new measurement. */
    void reset() {
        ends = 0;
        lastWords = Optional.empty();
        restartSeconds = OptionalDouble.empty();
        copiesBefore = copies();
        tally.reset();
        monitor.reset();
    }

    /** Work for a while, by nobody who is measured. */
    void warmUp(Duration time) {
        String run = "warm-up-" + System.nanoTime();
        warmUp.begin(run);
        passTime(() -> false, time);
        warmUp.pause();
        // What is left of it would wait in the same priority as the commands that are measured.
        passTime(() -> warmUp.unanswered(run) == 0, WARM_UP_TIMEOUT);
    }

    /**
     * A flood that is not measured. The JIT compilers of all processes share the machine's cores with what is measured:
     * a stack that has never seen a flood answers slowly for the first seconds of one.
     */
    void rehearse(Duration phase) {
        long late = REHEARSED_PER_SECOND * phase.toSeconds();
        long unreadable = late / 4;
        tally.reset();
        Floods.tooLate(abuser, late);
        MalformedRecords.unreadable(abuser, unreadable);
        abuser.flush();
        passTime(() -> tally.total() >= late + unreadable, WARM_UP_TIMEOUT);
        abuser.takeSent();
        abuser.takeRefused();
    }

    /**
     * Lets time pass until it is so, and starts the processor again when it ends, unless it always does.
     *
     * @return whether it is so by the end of the time
     */
    boolean passTime(BooleanSupplier done, Duration limit) {
        long endNanos = System.nanoTime() + limit.toNanos();
        while (!done.getAsBoolean()) {
            traffic.check();
            if (System.nanoTime() - endNanos > 0 || ends > RESTARTS_PER_KIND) {
                return false;
            }
            if (!stack.processors().isAlive(1)) {
                monitor.unwatch();
                ends++;
                lastWords = lastError().or(() -> lastWords);
                if (ends <= RESTARTS_PER_KIND) {
                    startOrLeave();
                }
            }
            pause();
        }
        return true;
    }

    /** Starts the processor; should it not come up, the next look tells. */
    private void startOrLeave() {
        try {
            startProcessor();
        } catch (StackFailure ended) {
            monitor.unwatch();
        }
    }

    private void startProcessor() {
        stack.processors().start(1);
        stack.processors().await(1);
        monitor.watch(stack.processors().url(1));
    }

    /** SIGKILL. */
    void killProcessor() {
        monitor.unwatch();
        stack.processors().kill(1);
    }

    /** Starts a processor that was killed, and waits until the innocent caller is answered. */
    void restart(String run) {
        long startNanos = System.nanoTime();
        innocent.begin(run);
        startOrLeave();
        passTime(() -> innocent.firstAnswerNanos(run).isPresent(), RESTART_TIMEOUT);
        innocent.pause();
        long answeredNanos = innocent.firstAnswerNanos(run).orElseGet(System::nanoTime);
        restartSeconds = OptionalDouble.of((answeredNanos - startNanos) / 1e9);
    }

    /** From the start of the process to the first answer to the innocent caller; empty if there was none since the reset. */
    OptionalDouble restartSeconds() {
        return restartSeconds;
    }

    private Optional<String> lastError() {
        Path log = stack.logs().resolve(LocalProcessors.name(1) + ".log");
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains(" ERROR "))
                    .reduce((earlier, later) -> later)
                    .map(line -> line.substring(0, Math.min(LONGEST_WORDS, line.length())));
        } catch (IOException unreadable) {
            return Optional.of("its log " + log + " cannot be read");
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", interrupted);
        }
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception failed) {
                // The rest must be closed all the same, the stack's processes above all.
            }
        }
    }
}
