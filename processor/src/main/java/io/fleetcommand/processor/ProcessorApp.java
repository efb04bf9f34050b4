package io.fleetcommand.processor;

import io.fleetcommand.processor.cloud.CloudBreaker;
import io.fleetcommand.processor.cloud.HttpDeviceCloud;
import io.fleetcommand.processor.core.ports.Journal;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.dispatch.CallDispatcher;
import io.fleetcommand.processor.journal.JournalWriter;
import io.fleetcommand.processor.ops.ClockWatch;
import io.fleetcommand.processor.ops.Health;
import io.fleetcommand.processor.ops.Heartbeats;
import io.fleetcommand.processor.ops.InstanceGauges;
import io.fleetcommand.processor.ops.MeteredCloud;
import io.fleetcommand.processor.ops.MeteredJournal;
import io.fleetcommand.processor.ops.MeteredReplies;
import io.fleetcommand.processor.ops.MeteredTasks;
import io.fleetcommand.processor.ops.Metrics;
import io.fleetcommand.processor.ops.OpsServer;
import io.fleetcommand.processor.ops.RequestLog;
import io.fleetcommand.processor.ops.StatusPage;
import io.fleetcommand.processor.ops.TaskRegistry;
import io.fleetcommand.processor.ops.TracedCloud;
import io.fleetcommand.processor.policy.PolicyReloader;
import io.fleetcommand.processor.quota.QuotaCoordinator;
import io.fleetcommand.processor.quota.QuotaLimiter;
import io.fleetcommand.processor.quota.QuotaMessageCodec;
import io.fleetcommand.processor.quota.QuotaShares;
import io.fleetcommand.processor.quota.SlidingWindowCounter;
import io.fleetcommand.processor.replies.AllowedReplyTopics;
import io.fleetcommand.processor.replies.NoteCodec;
import io.fleetcommand.processor.replies.ReplyRelay;
import io.fleetcommand.processor.replies.TopicDirectory;
import io.fleetcommand.processor.scheduling.FairScheduler;
import io.fleetcommand.processor.streams.codec.KeyPartitions;
import io.fleetcommand.processor.streams.codec.RecordReader;
import io.fleetcommand.processor.streams.codec.RecordWriter;
import io.fleetcommand.processor.streams.codec.SchemaLookups;
import io.fleetcommand.processor.streams.topology.Commits;
import io.fleetcommand.processor.streams.topology.FleetTopology;
import io.fleetcommand.processor.streams.topology.PoisonRecords;
import io.fleetcommand.processor.streams.topology.StreamsRunner;
import io.fleetcommand.processor.streams.topology.TopologyDependencies;
import io.fleetcommand.processor.token.TokenSource;
import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Meters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.okhttp3.OkHttpConnectionPoolMetrics;
import io.micrometer.core.instrument.binder.okhttp3.OkHttpMetricsEventListener;
import io.opentelemetry.api.GlobalOpenTelemetry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import okhttp3.OkHttpClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one instance, joined: built in the order in which they depend on each other, and closed backwards. The
 * stream ends first, so that nothing new is called; then calls in flight end and reach the journal; then the journal is
 * flushed.
 */
final class ProcessorApp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessorApp.class);
    private static final Duration TICK = Duration.ofMillis(1);
    private static final Duration TOKEN_CALL = Duration.ofSeconds(10);
    private static final Duration POLICY_LOOK = Duration.ofSeconds(2);
    private static final int SCHEMA_THREADS = 2;
    private static final Duration END_WITHOUT_A_CLOCK = Duration.ofSeconds(40);

    private final ProcessorSettings settings;
    private final ExecutorService callThreads = callThreads();
    private final ScheduledExecutorService tokenThreads = Executors.newScheduledThreadPool(2, named("token"));
    private final ExecutorService relayThread = Executors.newSingleThreadExecutor(named("reply-relay"));
    private final ExecutorService noteThread = Executors.newSingleThreadExecutor(named("reply-notes"));
    private final ExecutorService boardThread = Executors.newSingleThreadExecutor(named("quota-board"));
    private final ScheduledThreadPoolExecutor paceThread = new ScheduledThreadPoolExecutor(1, named("pace"));
    private final ThreadPoolExecutor schemaThreads = schemaThreads();
    private final ScheduledExecutorService policyThread = Executors.newSingleThreadScheduledExecutor(named("policy"));
    private final ScheduledExecutorService clockThread = Executors.newSingleThreadScheduledExecutor(named("clock"));
    private final ClockWatch clockWatch;
    private final PolicyReloader access;
    private final Admin admin;
    private final Meters meters = new Meters(Metrics.sameOverRestarts(), Metrics.kafkasOwn());
    private final JournalWriter journal;
    private final KafkaClientMetrics journalMetrics;
    private final QuotaLimiter limiter;
    private final QuotaCoordinator board;
    private final CallDispatcher caller;
    private final ReplyRelay relay;
    private final TokenSource tokens;
    private final StreamsRunner stream;
    private final OpsServer ops;

    /**
     * Builds the parts; nothing runs before {@link #start()} but the ops server, which says so.
     *
     * @throws IllegalStateException if the topics cannot serve
     */
    ProcessorApp(ProcessorSettings settings, StopSignal stop) throws IOException, InterruptedException {
        InstantSource clock = InstantSource.system();
        DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();
        this.settings = settings;
        this.clockWatch = new ClockWatch(clock, System::nanoTime, cause -> endSoon(stop, cause));
        String instance = settings.instance();
        this.access = PolicyReloader.open(settings.policyFile());
        this.admin = Admin.create(settings.admin());
        int partitions = settings.topicPlan().ensure(admin);
        paceThread.setRemoveOnCancelPolicy(true);
        this.tokens = new TokenSource(
                tokenServiceClient(settings),
                settings.tokenServiceUrls(),
                settings.tokenServiceSecret(),
                tokenThreads,
                clock,
                random);
        RecordWriter writer = new RecordWriter(serializer(), settings.topics(), instance);
        Producer<byte[], byte[]> producer =
                new KafkaProducer<>(settings.journalProducer(), new ByteArraySerializer(), new ByteArraySerializer());
        this.journalMetrics = new KafkaClientMetrics(producer);
        this.journal = new JournalWriter(
                producer, settings.topics().attempts(), writer::journalEvent, stop::fail, settings.shutdownTimeout());
        MeterRegistry registry = meters.registry();
        HttpDeviceCloud http = new HttpDeviceCloud(
                httpClient(registry),
                callThreads,
                settings.cloudAddresses(),
                tokens::current,
                tokens::rejected,
                clock,
                System::nanoTime);
        CloudBreaker breaker = new CloudBreaker(
                new TracedCloud(http, GlobalOpenTelemetry.get()),
                settings.breakerThreshold(),
                settings.breakerRests(),
                this::tokenVersion,
                random,
                System::nanoTime);
        SlidingWindowCounter use =
                new SlidingWindowCounter(settings.quotaWindow().toNanos(), System.nanoTime());
        // The name is fresh at each start: what was lent to an earlier run of this instance is not this one's.
        QuotaShares shares = new QuotaShares(
                settings.quota(partitions),
                settings.quotaScope(),
                instance + "/" + UUID.randomUUID(),
                System.nanoTime());
        this.limiter = new QuotaLimiter(
                shares,
                settings.maxInFlight(),
                settings.priorityMinimums(),
                () -> tokens.current().isPresent() && breaker.mayCall(),
                use,
                clock,
                System::nanoTime);
        this.board = new QuotaCoordinator(
                settings.quotaTopic(),
                new KafkaConsumer<>(settings.ownConsumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                producer,
                new QuotaMessageCodec(settings.quotaTopic(), serializer(), deserializer()),
                limiter,
                settings.application(),
                clock,
                stop::fail);
        MeteredCloud cloud = new MeteredCloud(breaker, registry);
        Journal metered = new MeteredJournal(journal, registry);
        TaskRegistry tasks = new TaskRegistry();
        MeteredTasks meteredTasks = new MeteredTasks(tasks, registry);
        RequestLog log = new RequestLog();
        this.caller = new CallDispatcher(cloud, metered, limiter, paceThread, clock);
        Heartbeats heartbeats = new Heartbeats(System::nanoTime);
        SchemaLookups schemas = new SchemaLookups(deserializer(), schemaThreads, clock, random);
        meetSchemas(writer, schemas);
        this.relay = new ReplyRelay(
                settings.relayTopics(),
                settings.relayLimits(),
                () -> new KafkaConsumer<>(
                        settings.replyConsumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                () -> new KafkaProducer<>(
                        settings.replyProducer(), new ByteArraySerializer(), new ByteArraySerializer()),
                new NoteCodec(settings.topics(), deserializer(), serializer(), clock),
                noteThread,
                new MeteredReplies(registry),
                System::nanoTime,
                random);
        Commits commits = new Commits(settings.resultCommitInterval(), System::nanoTime);
        TopologyDependencies dependencies = new TopologyDependencies(
                settings.topics(),
                settings.requests(),
                new KeyPartitions(partitions),
                schemas,
                new RecordReader(
                        schemas, settings.product(), settings.timeToLive().toMillis()),
                writer,
                new AllowedReplyTopics(
                        settings.reservedTopics(),
                        (from, to) -> access.rules().mayReplyTo(from, to),
                        new TopicDirectory(admin, System::nanoTime)),
                new PoisonRecords(),
                access::rules,
                settings.policy(),
                settings.limits(partitions),
                (backlog, parked, backoffs) -> new FairScheduler(
                        backlog, parked, backoffs, access::rules, settings.mostHeldByTask(partitions)),
                partition -> RequestObserver.all(meteredTasks.observer(partition), log),
                commits,
                settings.inTransactions(),
                () -> UUID.randomUUID().toString(),
                random,
                limiter,
                caller,
                metered,
                TICK,
                System::nanoTime,
                heartbeats::beat,
                heartbeats::end);
        this.stream = new StreamsRunner(
                FleetTopology.build(dependencies),
                settings.streams(partitions),
                commits,
                settings.shutdownTimeout(),
                stop::fail);
        Health health = new Health(
                stream::state, stream::isDead, () -> tokens.current().isPresent(), access::trouble, heartbeats);
        InstanceGauges readings = new InstanceGauges(
                cloud::inFlight,
                breaker::isClosed,
                () -> use.inWindow(System.nanoTime()),
                use::worstWindow,
                this::tokenVersion,
                tokens::age);
        StatusPage status = new StatusPage(
                instance, settings.requests().commands(), settings.requests().polls(), health, tasks, readings, clock);
        status.bindTo(registry);
        stream.bindTo(registry);
        journalMetrics.bindTo(registry);
        this.ops = OpsServer.start(settings.opsHost(), settings.opsPort(), health, status, meters);
    }

    /** @throws IllegalStateException if the quota belongs to another application */
    void start() {
        if (settings.quotaScope() == QuotaShares.Scope.SHARED) {
            board.claim();
            boardThread.execute(board::run);
        }
        tokens.start();
        policyThread.scheduleWithFixedDelay(
                access::look, POLICY_LOOK.toMillis(), POLICY_LOOK.toMillis(), TimeUnit.MILLISECONDS);
        clockThread.scheduleWithFixedDelay(
                clockWatch::check,
                ClockWatch.INTERVAL.toMillis(),
                ClockWatch.INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
        relayThread.execute(relay::run);
        stream.start();
    }

    /**
     * Kafka's clients wait by the wall clock, so that they may not come to an end before it has caught up: what has not
     * ended in order by then ends as in a crash, which loses nothing.
     */
    private void endSoon(StopSignal stop, Throwable cause) {
        stop.fail(cause);
        clockThread.schedule(
                () -> {
                    LOG.error("the processor has not ended within {}: it is halted", END_WITHOUT_A_CLOCK);
                    Runtime.getRuntime().halt(1);
                },
                END_WITHOUT_A_CLOCK.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private long tokenVersion() {
        return tokens.current().map(AccessToken::version).orElse(0L);
    }

    String opsUrl() {
        return ops.url();
    }

    @Override
    public void close() {
        stream.close();
        caller.close();
        awaitCalls();
        closeBoard();
        closeRelay();
        journalMetrics.close();
        journal.close();
        ops.close();
        meters.close();
        admin.close(TOKEN_CALL);
        paceThread.shutdownNow();
        policyThread.shutdownNow();
        schemaThreads.shutdownNow();
        clockThread.shutdownNow();
        noteThread.shutdownNow();
        tokenThreads.shutdownNow();
        callThreads.shutdownNow();
    }

    /** It follows nobody elsewhere with the secret that it shows. */
    private static OkHttpClient tokenServiceClient(ProcessorSettings settings) {
        OkHttpClient.Builder client = new OkHttpClient.Builder()
                .callTimeout(TOKEN_CALL)
                .followRedirects(false)
                .followSslRedirects(false);
        settings.tokenServiceTls().ifPresent(tls -> client.sslSocketFactory(tls.sockets(), tls.trusted()));
        return client.build();
    }

    /** Its meters know the kind of address only: a device's id is no tag. */
    private OkHttpClient httpClient(MeterRegistry registry) {
        OkHttpClient client = HttpDeviceCloud.client(
                        settings.callTimeout(), settings.connectTimeout(), settings.maxInFlight(), System::nanoTime)
                .newBuilder()
                .eventListener(OkHttpMetricsEventListener.builder(registry, "okhttp.requests")
                        .uriMapper(request -> "device")
                        .includeHostTag(false)
                        .build())
                .build();
        new OkHttpConnectionPoolMetrics(client.connectionPool()).bindTo(registry);
        return client;
    }

    /** Its thread closes the consumer itself, and writes with the journal's producer until it has ended. */
    private void closeBoard() {
        board.close();
        awaitEnd(boardThread, "the quota's board");
    }

    /** Its thread sends what is outstanding, commits and closes its clients. */
    private void closeRelay() {
        relay.close();
        awaitEnd(relayThread, "the relay of copies for reply topics");
    }

    private void awaitEnd(ExecutorService thread, String name) {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(settings.shutdownTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} has not closed within {}", name, settings.shutdownTimeout());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitCalls() {
        try {
            if (!limiter.awaitIdle(settings.shutdownTimeout())) {
                LOG.warn("calls are still under way after {}; their outcomes are lost", settings.shutdownTimeout());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("unchecked") // A serializer of records takes any object; Confluent's own is one of Object.
    private Serializer<Object> serializer() {
        Serializer<Object> serializer = made(settings.serializer(), Serializer.class);
        serializer.configure(settings.registry(), false);
        return serializer;
    }

    private Deserializer<?> deserializer() {
        Deserializer<?> deserializer = made(settings.deserializer(), Deserializer.class);
        deserializer.configure(settings.registry(), false);
        return deserializer;
    }

    private static <T> T made(String className, Class<T> type) {
        try {
            return Utils.newInstance(className, type);
        } catch (ClassNotFoundException absent) {
            throw new IllegalStateException("the class " + className + " is not on the class path", absent);
        }
    }

    /**
     * Asks the registry now for all that is needed to write, and to read the journal: an instance that runs does not
     * need the registry for what it knows.
     */
    private static void meetSchemas(RecordWriter writer, SchemaLookups schemas) {
        try {
            writer.meetSchemas().forEach(schemas::meet);
        } catch (SerializationException away) {
            LOG.warn("the schema registry cannot be used; what needs it waits or fails: {}", away.getMessage());
        }
    }

    /** They wait for the registry; how much of it they have before them is bounded by the look-ups. */
    private static ThreadPoolExecutor schemaThreads() {
        return new ThreadPoolExecutor(
                SCHEMA_THREADS,
                SCHEMA_THREADS,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                named("schema-lookup"));
    }

    /** A call in flight takes a thread: a virtual one where the JVM has them (21 and later). */
    private static ExecutorService callThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException older) {
            return Executors.newCachedThreadPool(named("cloud-call"));
        }
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
