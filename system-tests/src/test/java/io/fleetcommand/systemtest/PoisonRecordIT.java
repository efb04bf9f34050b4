package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.LedgerTimeouts;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.ports.CallLimiter;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.IntakeLimits;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Source;
import io.fleetcommand.processor.journal.JournalWriter;
import io.fleetcommand.processor.policy.PolicyReloader;
import io.fleetcommand.processor.scheduling.FairScheduler;
import io.fleetcommand.processor.streams.codec.KeyPartitions;
import io.fleetcommand.processor.streams.codec.RecordCodecs;
import io.fleetcommand.processor.streams.codec.SchemaLookups;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.processor.streams.topology.Commits;
import io.fleetcommand.processor.streams.topology.FleetTopology;
import io.fleetcommand.processor.streams.topology.PoisonRecords;
import io.fleetcommand.processor.streams.topology.StreamsRunner;
import io.fleetcommand.processor.streams.topology.TopologyDependencies;
import io.fleetcommand.registry.AvroSerializer;
import io.fleetcommand.service.Backoff;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The processor's own topology against real brokers, with an observer that fails at one request. */
class PoisonRecordIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final String DEVICE = "0123456789abcdef01234567";

    private static LocalStack stack;
    private static Kafka kafka;

    @TempDir
    private Path folder;

    private final AtomicInteger failures = new AtomicInteger();
    private final List<Throwable> deaths = new ArrayList<>();
    private final List<CommandResult> results = new ArrayList<>();

    @BeforeAll
    static void start() {
        stack = LocalStack.start(Installation.find(), StackOptions.standard().withSimulator("--devices", "1"));
        stack.processors().terminate(1);
        kafka = new Kafka(
                stack.addresses().bootstrapServers(), stack.addresses().registry());
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
    void aRecordThatFailsCostsThreadsAndIsSetAsideAndNothingIsLostOrDoubled(String guarantee) throws Exception {
        ExecutorService lookUps = Executors.newSingleThreadExecutor();
        try (KafkaConsumer<String, Object> reader = WholeTopic.open(kafka, TOPICS.commandResults());
                KafkaProducer<String, Object> producer = kafka.producer();
                KafkaProducer<byte[], byte[]> journal = new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                StreamsRunner stream = runner(guarantee, lookUps, journal)) {
            stream.start();
            for (int number = 0; number < 20; number++) {
                send(producer, guarantee + "-before-" + number);
            }
            awaitResults(reader, guarantee, 20);

            long startNanos = System.nanoTime();
            send(producer, guarantee + "-bug");
            for (int number = 0; number < 20; number++) {
                send(producer, guarantee + "-behind-" + number);
            }
            awaitResults(reader, guarantee, 41);
            System.out.printf(
                    "%s: %d failures; all behind the poison answered after %d ms%n",
                    guarantee, failures.get(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
            readFor(reader, Duration.ofSeconds(3));
        } finally {
            lookUps.shutdownNow();
        }
        assertThat(deaths).isEmpty();
        if (guarantee.equals("at_least_once")) {
            assertThat(Set.copyOf(mine(guarantee))).as("results may repeat").hasSize(41);
            // What was written before the failure is not undone, so the request is in the ledger, and ends as any
            // other.
            assertThat(failures).hasPositiveValue();
            return;
        }
        assertThat(mine(guarantee)).hasSize(41).doesNotHaveDuplicates();
        assertThat(failures).hasValue(3);
        assertThat(results)
                .filteredOn(result -> result.getRequestId().equals(guarantee + "-bug"))
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.getStatus()).isEqualTo(Status.INVALID);
                    assertThat(result.getReason()).isEqualTo(Reason.INTERNAL_ERROR);
                });
    }

    private StreamsRunner runner(String guarantee, ExecutorService lookUps, KafkaProducer<byte[], byte[]> journal)
            throws Exception {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", kafka.registry()), false);
        PolicyReloader access = PolicyReloader.open(Path.of("..", "deploy", "policy", "allow-all.yaml"));
        SchemaLookups schemas = new SchemaLookups(kafka.decoder(), lookUps, InstantSource.system(), () -> 0);
        RecordCodecs codecs = RecordCodecs.of(TOPICS, "poisoned", schemas, serializer, "rockets", 60_000);
        Commits commits = new Commits(Duration.ofMillis(30), System::nanoTime);
        TopologyDependencies dependencies = new TopologyDependencies(
                TOPICS,
                RequestTopics.of(TOPICS),
                new KeyPartitions(journal.partitionsFor(TOPICS.commands()).size()),
                schemas,
                codecs,
                (from, wanted) -> Optional.empty(),
                new PoisonRecords(),
                access::policy,
                new LedgerTimeouts(
                        40_000,
                        20_000,
                        5_000,
                        3_600_000,
                        600_000,
                        new Backoff(1_000, 2, 60_000, 0)::delayMs,
                        new Backoff(10_000, 2, 300_000, 0)::delayMs),
                new IntakeLimits(Duration.ofDays(7).toMillis(), 1_000),
                (backlog, parked, backoffs) -> new FairScheduler(backlog, parked, backoffs, access::policy, 1_000),
                partition -> new Failing(),
                commits,
                guarantee.startsWith("exactly"),
                () -> UUID.randomUUID().toString(),
                () -> 0,
                new Closed(),
                (partition, request, permit, attempt, epoch) -> {},
                new JournalWriter(
                        journal, TOPICS.attempts(), codecs.journal()::bytes, deaths::add, Duration.ofSeconds(10)),
                Duration.ofMillis(10),
                System::nanoTime,
                task -> {},
                task -> {});
        Map<String, Object> config = new HashMap<>();
        config.put("application.id", "poison-" + guarantee);
        config.put("bootstrap.servers", kafka.bootstrapServers());
        config.put("state.dir", folder.toString());
        config.put("processing.guarantee", guarantee);
        config.put("replication.factor", 1);
        config.put("commit.interval.ms", 30);
        config.put("consumer.session.timeout.ms", 8_000);
        config.put("consumer.heartbeat.interval.ms", 2_000);
        return new StreamsRunner(
                FleetTopology.build(dependencies), config, commits, Duration.ofSeconds(20), deaths::add);
    }

    /** Nothing is called, and so each request ends at its deadline. */
    private static void send(KafkaProducer<String, Object> producer, String id) throws Exception {
        DeviceCommand command = DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(DEVICE)
                .setFunction("setLed")
                .setDeadline(Instant.now().plusMillis(100))
                .setCreatedAt(Instant.now())
                .build();
        producer.send(new ProducerRecord<>(TOPICS.commands(), DEVICE, command)).get(30, TimeUnit.SECONDS);
    }

    private void awaitResults(KafkaConsumer<String, Object> reader, String guarantee, int count) {
        // A stream thread that fails throws; that is what this is about.
        await().dontCatchUncaughtExceptions().atMost(Duration.ofMinutes(2)).until(() -> {
            readFor(reader, Duration.ofMillis(50));
            return mine(guarantee).size() >= count;
        });
    }

    private List<String> mine(String guarantee) {
        return results.stream()
                .map(CommandResult::getRequestId)
                .filter(id -> id.startsWith(guarantee))
                .toList();
    }

    private void readFor(KafkaConsumer<String, Object> reader, Duration time) {
        for (long endNanos = System.nanoTime() + time.toNanos(); System.nanoTime() < endNanos; ) {
            reader.poll(Duration.ofMillis(20)).forEach(record -> results.add((CommandResult) record.value()));
        }
    }

    private final class Failing implements RequestObserver {
        @Override
        public void found(LedgerEntry entry) {}

        @Override
        public void changed(Optional<LedgerEntry> known, LedgerEntry next) {
            if (known.isEmpty() && next.key().requestId().endsWith("-bug")) {
                failures.incrementAndGet();
                System.out.println(Instant.now() + " fails at " + next.key().requestId());
                throw new IllegalStateException("a bug, met at " + next.key().requestId());
            }
        }

        @Override
        public void answered(Request request, Result result) {}

        @Override
        public void repeated(Request request) {}

        @Override
        public void backingOff(int devices) {}

        @Override
        public void held(Source source, int records) {}

        @Override
        public void setAside(Source source) {}

        @Override
        public void ended() {}
    }

    private static final class Closed implements CallLimiter {
        @Override
        public Optional<Permit> tryReserve(int task, List<QuotaClass> wanted) {
            return Optional.empty();
        }

        @Override
        public void taskClosed(int task) {}

        @Override
        public Optional<Permit> tryAcquire(List<Permit> waiting) {
            return Optional.empty();
        }

        @Override
        public long nanosToPermit(List<Permit> waiting) {
            return Long.MAX_VALUE;
        }

        @Override
        public void throttled(long retryAfterMs) {}
    }
}
