package io.fleetcommand.processor;

import io.fleetcommand.processor.core.ports.Journal;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.dispatch.CallDispatcher;
import io.fleetcommand.processor.journal.JournalWriter;
import io.fleetcommand.processor.ops.ClockWatch;
import io.fleetcommand.processor.ops.Health;
import io.fleetcommand.processor.ops.Heartbeats;
import io.fleetcommand.processor.ops.InstanceGauges;
import io.fleetcommand.processor.ops.MeteredJournal;
import io.fleetcommand.processor.ops.MeteredReplies;
import io.fleetcommand.processor.ops.MeteredTasks;
import io.fleetcommand.processor.ops.Metrics;
import io.fleetcommand.processor.ops.OpsServer;
import io.fleetcommand.processor.ops.RequestLog;
import io.fleetcommand.processor.ops.StatusPage;
import io.fleetcommand.processor.ops.TaskRegistry;
import io.fleetcommand.processor.policy.PolicyReloader;
import io.fleetcommand.processor.replies.AllowedReplyTopics;
import io.fleetcommand.processor.replies.NoteCodec;
import io.fleetcommand.processor.replies.ReplyRelay;
import io.fleetcommand.processor.replies.TopicDirectory;
import io.fleetcommand.processor.scheduling.FairScheduler;
import io.fleetcommand.processor.streams.codec.KeyPartitions;
import io.fleetcommand.processor.streams.codec.RecordCodecs;
import io.fleetcommand.processor.streams.codec.SchemaLookups;
import io.fleetcommand.processor.streams.topology.Commits;
import io.fleetcommand.processor.streams.topology.FleetTopology;
import io.fleetcommand.processor.streams.topology.PoisonRecords;
import io.fleetcommand.processor.streams.topology.StreamsRunner;
import io.fleetcommand.processor.streams.topology.TopologyDependencies;
import io.fleetcommand.processor.token.TokenSource;
import io.fleetcommand.service.Meters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires the parts of one instance: created in dependency order, and closed in reverse. The stream stops first, so that
 * no new call is started; then calls in flight end and are appended to the journal; then the journal is flushed.
 */
final class ProcessorApp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessorApp.class);
    private static final Duration TICK = Duration.ofMillis(1);
    private static final Duration ADMIN_CLOSE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLICY_RELOAD_INTERVAL = Duration.ofSeconds(2);
    private static final Duration HALT_TIMEOUT = Duration.ofSeconds(40);

    private final ProcessorSettings settings;
    private final ProcessorThreads threads = new ProcessorThreads();
    private final ClockWatch clockWatch;
    private final PolicyReloader policy;
    private final Admin admin;
    private final Meters meters = new Meters(Metrics.stableKafkaTags(), Metrics.kafkaClientsOnly());
    private final JournalWriter journal;
    private final KafkaClientMetrics journalMetrics;
    private final CloudPath cloud;
    private final InstanceQuota quota;
    private final CallDispatcher callDispatcher;
    private final ReplyRelay relay;
    private final TokenSource tokens;
    private final StreamsRunner stream;
    private final OpsServer ops;

    /**
     * Creates the parts. Until {@link #start()} only the ops server runs, which reports that the instance is not ready.
     *
     * @throws IllegalStateException if topics are missing or not co-partitioned
     */
    ProcessorApp(ProcessorSettings settings, StopSignal stop) throws IOException, InterruptedException {
        InstantSource clock = InstantSource.system();
        DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();
        this.settings = settings;
        this.clockWatch = new ClockWatch(clock, System::nanoTime, cause -> stopOrHalt(stop, cause));
        String instance = settings.instance();
        this.policy = PolicyReloader.open(settings.policyFile());
        this.admin = Admin.create(settings.kafka().admin());
        int partitions = settings.topicBootstrap().ensure(admin);
        this.tokens = new TokenSource(
                HttpClients.tokenService(settings),
                settings.tokenServiceUrls(),
                settings.tokenServiceSecret(),
                threads.token(),
                clock,
                random);
        RecordSerdes serdes = new RecordSerdes(settings);
        SchemaLookups schemas = new SchemaLookups(serdes.deserializer(), threads.schemas(), clock, random);
        RecordCodecs codecs = RecordCodecs.of(
                settings.topics(),
                instance,
                schemas,
                serdes.serializer(),
                settings.product(),
                settings.timeToLive().toMillis());
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                settings.kafka().journalProducer(), new ByteArraySerializer(), new ByteArraySerializer());
        this.journalMetrics = new KafkaClientMetrics(producer);
        this.journal = new JournalWriter(
                producer,
                settings.topics().attempts(),
                codecs.journal()::bytes,
                stop::fail,
                settings.shutdownTimeout());
        MeterRegistry registry = meters.registry();
        this.cloud = new CloudPath(settings, tokens, threads.calls(), registry, clock, System::nanoTime, random);
        this.quota = new InstanceQuota(
                settings,
                instance,
                partitions,
                cloud::tryAcquirePermission,
                producer,
                threads.quota(),
                clock,
                System::nanoTime,
                stop::fail);
        Journal meteredJournal = new MeteredJournal(journal, registry);
        TaskRegistry tasks = new TaskRegistry();
        MeteredTasks meteredTasks = new MeteredTasks(tasks, registry);
        RequestLog log = new RequestLog();
        this.callDispatcher =
                new CallDispatcher(cloud.cloud(), meteredJournal, quota.limiter(), threads.pacing(), clock);
        Heartbeats heartbeats = new Heartbeats(System::nanoTime);
        prefetchSchemas(codecs, schemas);
        this.relay = new ReplyRelay(
                settings.relayTopics(),
                settings.relayLimits(),
                () -> new KafkaConsumer<>(
                        settings.kafka().replyConsumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                () -> new KafkaProducer<>(
                        settings.kafka().replyProducer(), new ByteArraySerializer(), new ByteArraySerializer()),
                new NoteCodec(settings.topics(), serdes.deserializer(), serdes.serializer(), clock),
                threads.notes(),
                new MeteredReplies(registry),
                System::nanoTime,
                random);
        Commits commits = new Commits(settings.resultCommitInterval(), System::nanoTime);
        TopologyDependencies dependencies = new TopologyDependencies(
                settings.topics(),
                settings.requests(),
                new KeyPartitions(partitions),
                schemas,
                codecs,
                new AllowedReplyTopics(
                        settings.reservedTopics(),
                        (from, to) -> policy.policy().mayReplyTo(from, to),
                        new TopicDirectory(admin, System::nanoTime)),
                new PoisonRecords(),
                policy::policy,
                settings.ledgerTimeouts(),
                settings.limits(partitions),
                (backlog, parked, backoffs) -> new FairScheduler(
                        backlog, parked, backoffs, policy::policy, settings.maxInMemoryPerTask(partitions)),
                partition -> RequestObserver.all(meteredTasks.observer(partition), log),
                commits,
                settings.kafka().inTransactions(),
                () -> UUID.randomUUID().toString(),
                random,
                quota.limiter(),
                callDispatcher,
                meteredJournal,
                TICK,
                System::nanoTime,
                heartbeats::beat,
                heartbeats::end);
        this.stream = new StreamsRunner(
                FleetTopology.build(dependencies),
                settings.kafka().streams(partitions),
                commits,
                settings.shutdownTimeout(),
                stop::fail);
        Health health = new Health(
                stream::state, stream::isDead, () -> tokens.current().isPresent(), policy::fault, heartbeats);
        InstanceGauges gauges = new InstanceGauges(
                cloud::inFlight,
                cloud::isBreakerClosed,
                quota::callsInWindow,
                quota::worstWindow,
                cloud::tokenVersion,
                tokens::age);
        StatusPage status = new StatusPage(
                instance, settings.requests().commands(), settings.requests().polls(), health, tasks, gauges, clock);
        status.bindTo(registry);
        stream.bindTo(registry);
        journalMetrics.bindTo(registry);
        this.ops = OpsServer.start(settings.opsHost(), settings.opsPort(), health, status, meters);
    }

    /** @throws IllegalStateException if the quota belongs to another application */
    void start() {
        quota.start();
        tokens.start();
        threads.policy()
                .scheduleWithFixedDelay(
                        policy::reload,
                        POLICY_RELOAD_INTERVAL.toMillis(),
                        POLICY_RELOAD_INTERVAL.toMillis(),
                        TimeUnit.MILLISECONDS);
        threads.clock()
                .scheduleWithFixedDelay(
                        clockWatch::check,
                        ClockWatch.INTERVAL.toMillis(),
                        ClockWatch.INTERVAL.toMillis(),
                        TimeUnit.MILLISECONDS);
        threads.relay().execute(relay::run);
        stream.start();
    }

    /**
     * Stops the process, and halts it if it does not end in time. Kafka's clients wait by the wall clock, so that they
     * may not close before it has caught up; a halt is like a crash, which loses nothing.
     */
    private void stopOrHalt(StopSignal stop, Throwable cause) {
        stop.fail(cause);
        threads.clock()
                .schedule(
                        () -> {
                            LOG.error("shutdown has not completed within {}, halting", HALT_TIMEOUT);
                            Runtime.getRuntime().halt(1);
                        },
                        HALT_TIMEOUT.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    String opsUrl() {
        return ops.url();
    }

    @Override
    public void close() {
        stream.close();
        callDispatcher.close();
        quota.close();
        closeRelay();
        journalMetrics.close();
        journal.close();
        ops.close();
        meters.close();
        admin.close(ADMIN_CLOSE_TIMEOUT);
        threads.close();
    }

    /** The thread of the relay completes outstanding sends, commits and closes its clients. */
    private void closeRelay() {
        relay.close();
        ProcessorThreads.awaitEnd(threads.relay(), "the reply relay", settings.shutdownTimeout());
    }

    /**
     * Fetches the schemas that are needed to write, and to read the journal: a running instance does not need the
     * registry for schemas that it knows.
     */
    private void prefetchSchemas(RecordCodecs codecs, SchemaLookups schemas) {
        try {
            schemas.prefetch(settings.topics().attempts(), codecs.serializeSamples());
        } catch (SerializationException failure) {
            LOG.warn("schema registry not available; records that need it are held or fail: {}", failure.getMessage());
        }
    }
}
