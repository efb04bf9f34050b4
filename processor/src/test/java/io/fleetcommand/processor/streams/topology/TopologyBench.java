package io.fleetcommand.processor.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Topics;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.LedgerTimeouts;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.policy.Access;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.ports.CallLimiter;
import io.fleetcommand.processor.core.ports.DeviceCloud;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.IntakeLimits;
import io.fleetcommand.processor.core.request.ReplyEnvelope;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.scheduling.FairScheduler;
import io.fleetcommand.processor.streams.codec.KeyPartitions;
import io.fleetcommand.processor.streams.codec.RecordCodecs;
import io.fleetcommand.processor.streams.codec.SchemaLookups;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import io.fleetcommand.service.Backoff;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The topology under a TopologyTestDriver, with real records and a simulated cloud: journal events are read back and
 * calls end when the test says so.
 */
public final class TopologyBench implements AutoCloseable {
    public static final String DEVICE = "0123456789abcdef01234567";
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    public final Topics topics = new Topics("t.");
    public final List<Started> started = new ArrayList<>();
    final List<JournalEvent> appended = new ArrayList<>();
    final List<String> allowedReplyTopics = new ArrayList<>(List.of("replies.one"));
    final Seen seen = new Seen();
    final Set<Integer> joined = new HashSet<>();
    AccessPolicy access = Access.everything();
    Supplier<AccessPolicy> rules = () -> access;
    public int permits = 1_000;
    int permitsUnderRateCap = 1_000;
    int inUse;
    BooleanSupplier cloudCallable = () -> true;
    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final RecordCodecs codecs;
    private final TopologyTestDriver driver;
    private final Set<Integer> fetched = new HashSet<>();
    /** Calls that have not ended, with their permits. */
    private final Map<Started, Permit> open = new LinkedHashMap<>();

    private long nowMs = START.toEpochMilli();
    private int journalRead;
    private boolean closed;

    private static final IntakeLimits LIMITS =
            new IntakeLimits(Duration.ofDays(7).toMillis(), 1_000_000);

    /** A call that was started. */
    public record Started(Request request, int attempt, String epoch) {}

    /** Whether the schema registry is unavailable; schemas that were fetched before are still known. */
    boolean registryAway;

    public TopologyBench() {
        this(new PoisonRecords(), 1_000, LIMITS, 1);
    }

    /** @param partitions of the request topics; all records of the bench are in the first */
    static TopologyBench ofPartitions(int partitions) {
        return new TopologyBench(new PoisonRecords(), 1_000, LIMITS, partitions);
    }

    /** @param maxInMemory how many waiting requests the task holds in memory */
    public TopologyBench(int maxInMemory) {
        this(new PoisonRecords(), maxInMemory, LIMITS, 1);
    }

    /** @param poison outlives a failed topology, as it does in the process */
    TopologyBench(PoisonRecords poison) {
        this(poison, 1_000, LIMITS, 1);
    }

    TopologyBench(IntakeLimits limits) {
        this(new PoisonRecords(), 1_000, limits, 1);
    }

    private TopologyBench(PoisonRecords poison, int maxInMemory, IntakeLimits limits, int partitions) {
        Map<String, Object> config = Map.of("schema.registry.url", "mock://" + UUID.randomUUID());
        serializer.configure(config, false);
        deserializer.configure(config, false);
        CallLimiter limiter = new CallLimiter() {
            @Override
            public void taskClosed(int task) {
                joined.remove(task);
            }

            @Override
            public Optional<Permit> tryReserve(int task, List<QuotaClass> wanted) {
                joined.add(task);
                return wanted.stream()
                        .filter(quotaClass -> quotaClass.rateCap().isEmpty() || permitsUnderRateCap > 0)
                        .findFirst()
                        .filter(quotaClass -> permits > 0 && cloudCallable.getAsBoolean())
                        .map(TopologyBench.this::reserve);
            }

            @Override
            public Optional<Permit> tryAcquire(List<Permit> waiting) {
                throw new UnsupportedOperationException("the test's calls are not sent");
            }

            @Override
            public long nanosToPermit(List<Permit> waiting) {
                throw new UnsupportedOperationException("the test's calls are not sent");
            }

            @Override
            public void throttled(long retryAfterMs) {
                throw new UnsupportedOperationException("the test's calls are not sent");
            }
        };
        SchemaLookups schemas =
                new SchemaLookups(this::read, Runnable::run, () -> Instant.ofEpochMilli(nowMs), () -> 0);
        codecs = RecordCodecs.of(topics, "bench", schemas, serializer, "rockets", 60_000);
        TopologyDependencies dependencies = new TopologyDependencies(
                topics,
                new RequestTopics(List.of(topics.commands(), "t.commands.billing"), List.of(topics.polls())),
                new KeyPartitions(partitions),
                schemas,
                codecs,
                (requestTopic, wanted) -> !wanted.isGiven() || allowedReplyTopics.contains(wanted.topic())
                        ? Optional.empty()
                        : Optional.of("not allowed: " + wanted.topic()),
                poison,
                () -> rules.get(),
                new LedgerTimeouts(
                        40_000,
                        20_000,
                        5_000,
                        3_600_000,
                        600_000,
                        new Backoff(1_000, 2, 60_000, 0)::delayMs,
                        new Backoff(10_000, 2, 300_000, 0)::delayMs),
                limits,
                (backlog, parked, backoffs) -> new FairScheduler(backlog, parked, backoffs, () -> access, maxInMemory),
                partition -> seen,
                new Commits(Duration.ZERO, () -> 0),
                true,
                () -> UUID.randomUUID().toString(),
                () -> 0,
                limiter,
                (partition, request, permit, attempt, epoch) -> {
                    permit.use();
                    Started call = new Started(request, attempt, epoch);
                    started.add(call);
                    open.put(call, permit);
                },
                (partition, event) -> appended.add(event),
                Duration.ofMillis(10),
                () -> 0,
                task -> {},
                task -> {});
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "bench-" + UUID.randomUUID());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        driver = new TopologyTestDriver(FleetTopology.build(dependencies), properties, START);
    }

    private Object read(String topic, byte[] value) {
        int id = ByteBuffer.wrap(value).getInt(1);
        if (registryAway && !fetched.contains(id)) {
            throw new SerializationException("schema " + id + " was not fetched", new IOException("away"));
        }
        fetched.add(id);
        return deserializer.deserialize(topic, value);
    }

    private Permit reserve(QuotaClass quotaClass) {
        permits--;
        inUse++;
        permitsUnderRateCap -= quotaClass.rateCap().isPresent() ? 1 : 0;
        return new Permit(quotaClass, this::released);
    }

    private void released(QuotaClass quotaClass, boolean used) {
        inUse--;
        permits += used ? 0 : 1;
        permitsUnderRateCap += !used && quotaClass.rateCap().isPresent() ? 1 : 0;
    }

    public static DeviceCommand.Builder command(String id) {
        return DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(DEVICE)
                .setFunction("launch")
                .setCreatedAt(START);
    }

    public static VariablePoll.Builder poll(String id) {
        return VariablePoll.newBuilder()
                .setRequestId(id)
                .setDeviceId(DEVICE)
                .setVariable("temperature")
                .setCreatedAt(START);
    }

    static RecordHeaders replyTo(String topic) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("reply-to", topic.getBytes(StandardCharsets.UTF_8));
        return headers;
    }

    public void publish(DeviceCommand command) {
        publish(command, new RecordHeaders());
    }

    void publish(String topic, DeviceCommand command) {
        pipe(topic, command.getDeviceId(), serializer.serialize(topic, command), new RecordHeaders());
    }

    void publish(DeviceCommand command, Headers headers) {
        pipe(topics.commands(), command.getDeviceId(), serializer.serialize(topics.commands(), command), headers);
    }

    public void publish(VariablePoll poll) {
        pipe(topics.polls(), poll.getDeviceId(), serializer.serialize(topics.polls(), poll), new RecordHeaders());
    }

    public byte[] bytes(String topic, Object record) {
        return serializer.serialize(topic, record);
    }

    public void pipe(String topic, String key, byte[] value, Headers headers) {
        pipe(topic, key == null ? null : key.getBytes(StandardCharsets.UTF_8), value, headers);
    }

    void pipe(String topic, byte[] keyBytes, byte[] value, Headers headers) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(keyBytes, value, headers, START.toEpochMilli()));
    }

    /** Advances the clock; timers fire and calls are started. */
    public void pass(Duration time) {
        nowMs += time.toMillis();
        driver.advanceWallClockTime(time);
    }

    /** Reads back all journal events that were appended and not read yet. */
    public void readJournal() {
        while (journalRead < appended.size()) {
            JournalEvent event = appended.get(journalRead++);
            pipe(topics.attempts(), event.key().requestId(), codecs.journal().bytes(event), new RecordHeaders());
        }
    }

    /** Starts calls, and reads back the resulting journal events. */
    public void work() {
        pass(Duration.ofMillis(10));
        readJournal();
    }

    /** Ends the latest call, and reads its outcome from the journal. */
    public void end(Outcome outcome) {
        journalEnd(started.get(started.size() - 1), outcome);
        readJournal();
    }

    private void journalEnd(Started call, Outcome outcome) {
        Optional.ofNullable(open.remove(call)).ifPresent(Permit::release);
        appended.add(new JournalEvent.Finished(call.request().key(), call.attempt(), call.epoch(), outcome, nowMs));
    }

    /** Ends every call in flight with this outcome, and reads the outcomes from the journal. */
    public void endAll(Outcome outcome) {
        List.copyOf(open.keySet()).forEach(call -> journalEnd(call, outcome));
        readJournal();
    }

    /** Makes every call in flight with a cloud, and reads the outcomes from the journal. */
    void callAll(DeviceCloud cloud) {
        List.copyOf(open.keySet()).forEach(call -> cloud.call(call.request(), outcome -> journalEnd(call, outcome)));
        readJournal();
    }

    /** Reads a journal event that another instance wrote. */
    void journal(JournalEvent event) {
        pipe(topics.attempts(), event.key().requestId(), codecs.journal().bytes(event), new RecordHeaders());
    }

    public <K, V> KeyValueStore<K, V> store(String name) {
        return driver.getKeyValueStore(name);
    }

    Set<String> stores() {
        return driver.getAllStateStores().keySet();
    }

    public long nowMs() {
        return nowMs;
    }

    /** The records of a topic that the test has not read yet. */
    public List<Outgoing> read(String topic) {
        return driver
                .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList()
                .stream()
                .map(record -> new Outgoing(
                        new String(record.key(), StandardCharsets.UTF_8),
                        deserializer.deserialize(topic, record.value()),
                        headers(record.headers())))
                .toList();
    }

    /** The results of commands that the test has not read yet. */
    List<CommandResult> results() {
        return read(topics.commandResults()).stream()
                .map(record -> (CommandResult) record.value())
                .toList();
    }

    /** The failed requests that the test has not read yet. */
    List<FailedRequest> failed() {
        return read(topics.failedRequests()).stream()
                .map(record -> (FailedRequest) record.value())
                .toList();
    }

    /** The headers of the records of a topic that were not read yet, with duplicates. */
    List<Headers> rawHeaders(String topic) {
        return driver
                .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList()
                .stream()
                .map(TestRecord::headers)
                .toList();
    }

    /** The copies that were not read yet, which all go to this topic, with the headers that are echoed there. */
    List<Outgoing> copiesFor(String replyTopic) {
        return read(topics.replies()).stream()
                .map(copy -> {
                    Map<String, String> echoed = new HashMap<>(copy.headers());
                    assertThat(echoed.remove(ReplyEnvelope.REPLY_TOPIC)).isEqualTo(replyTopic);
                    assertThat(echoed.keySet())
                            .contains(
                                    ReplyEnvelope.REQUEST_ID,
                                    ReplyEnvelope.REQUEST_TOPIC,
                                    ReplyEnvelope.REQUEST_PARTITION);
                    echoed.keySet().removeIf(name -> name.startsWith("fleet-"));
                    return new Outgoing(copy.key(), copy.value(), echoed);
                })
                .toList();
    }

    /** A published record. */
    public record Outgoing(String key, Object value, Map<String, String> headers) {}

    private static Map<String, String> headers(Headers headers) {
        Map<String, String> map = new HashMap<>();
        headers.forEach(header -> map.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return map;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            driver.close();
        }
    }
}
