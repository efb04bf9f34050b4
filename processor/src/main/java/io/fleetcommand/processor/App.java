package io.fleetcommand.processor;

import io.fleetcommand.processor.access.WatchedPolicy;
import io.fleetcommand.processor.calls.Caller;
import io.fleetcommand.processor.calls.Schedule;
import io.fleetcommand.processor.cloud.CloudBreaker;
import io.fleetcommand.processor.cloud.HttpDeviceCloud;
import io.fleetcommand.processor.core.Journal;
import io.fleetcommand.processor.core.Observer;
import io.fleetcommand.processor.journal.JournalWriter;
import io.fleetcommand.processor.ops.ClockWatch;
import io.fleetcommand.processor.ops.Health;
import io.fleetcommand.processor.ops.Heartbeats;
import io.fleetcommand.processor.ops.MeteredCloud;
import io.fleetcommand.processor.ops.MeteredJournal;
import io.fleetcommand.processor.ops.MeteredTasks;
import io.fleetcommand.processor.ops.Metrics;
import io.fleetcommand.processor.ops.OpsServer;
import io.fleetcommand.processor.ops.OwnedTasks;
import io.fleetcommand.processor.ops.Readings;
import io.fleetcommand.processor.ops.RequestLog;
import io.fleetcommand.processor.ops.StatusPage;
import io.fleetcommand.processor.ops.TracedCloud;
import io.fleetcommand.processor.quota.NoticeCodec;
import io.fleetcommand.processor.quota.QuotaBoard;
import io.fleetcommand.processor.quota.QuotaGate;
import io.fleetcommand.processor.quota.QuotaUse;
import io.fleetcommand.processor.quota.Shares;
import io.fleetcommand.processor.streams.AllowedReplyTopics;
import io.fleetcommand.processor.streams.FleetTopology;
import io.fleetcommand.processor.streams.Parts;
import io.fleetcommand.processor.streams.RecordReader;
import io.fleetcommand.processor.streams.RecordWriter;
import io.fleetcommand.processor.streams.StreamsRunner;
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
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import okhttp3.OkHttpClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
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
final class App implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(App.class);
    private static final Duration TICK = Duration.ofMillis(1);
    private static final Duration TOKEN_CALL = Duration.ofSeconds(10);
    private static final Duration POLICY_LOOK = Duration.ofSeconds(2);
    private static final Duration END_WITHOUT_A_CLOCK = Duration.ofSeconds(40);

    private final Settings settings;
    private final ExecutorService callThreads = callThreads();
    /** A slow reader of the meters does not hold up the probes. */
    private final ExecutorService opsThreads = Executors.newFixedThreadPool(4, named("ops"));

    private final ScheduledExecutorService tokenThreads = Executors.newScheduledThreadPool(2, named("token"));
    private final ExecutorService boardThread = Executors.newSingleThreadExecutor(named("quota-board"));
    private final ScheduledThreadPoolExecutor paceThread = new ScheduledThreadPoolExecutor(1, named("pace"));
    private final ScheduledExecutorService policyThread = Executors.newSingleThreadScheduledExecutor(named("policy"));
    private final ScheduledExecutorService clockThread = Executors.newSingleThreadScheduledExecutor(named("clock"));
    private final ClockWatch clockWatch;
    private final WatchedPolicy access;
    private final Admin admin;
    private final Meters meters = new Meters(Metrics.kafkasOwn());
    private final JournalWriter journal;
    private final KafkaClientMetrics journalMetrics;
    private final QuotaGate gate;
    private final QuotaBoard board;
    private final Caller caller;
    private final TokenSource tokens;
    private final StreamsRunner stream;
    private final OpsServer ops;

    /**
     * Builds the parts; nothing runs before {@link #start()} but the ops server, which says so.
     *
     * @throws IllegalStateException if the topics cannot serve
     */
    App(Settings settings, StopSignal stop) throws IOException, InterruptedException {
        InstantSource clock = InstantSource.system();
        DoubleSupplier chance = () -> ThreadLocalRandom.current().nextDouble();
        this.settings = settings;
        this.clockWatch = new ClockWatch(clock, System::nanoTime, cause -> endSoon(stop, cause));
        String instance = settings.instance();
        this.access = WatchedPolicy.open(settings.policyFile());
        this.admin = Admin.create(settings.admin());
        int partitions = settings.topicPlan().ensure(admin);
        paceThread.setRemoveOnCancelPolicy(true);
        this.tokens = new TokenSource(
                new OkHttpClient.Builder().callTimeout(TOKEN_CALL).build(),
                settings.tokenServiceUrls(),
                settings.tokenServiceSecret(),
                tokenThreads,
                clock,
                chance);
        RecordWriter writer = new RecordWriter(serializer(), settings.topics(), instance);
        Producer<byte[], byte[]> producer =
                new KafkaProducer<>(settings.journalProducer(), new ByteArraySerializer(), new ByteArraySerializer());
        this.journalMetrics = new KafkaClientMetrics(producer);
        this.journal = new JournalWriter(
                producer, settings.topics().attempts(), writer::fact, stop::fail, settings.shutdownTimeout());
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
                settings.breakerFailures(),
                settings.breakerRests(),
                chance,
                System::nanoTime);
        QuotaUse use = new QuotaUse(settings.quotaWindow().toNanos(), System.nanoTime());
        // The name is fresh at each start: what was lent to an earlier run of this instance is not this one's.
        Shares shares = new Shares(
                settings.quota(partitions),
                settings.quotaScope(),
                instance + "/" + UUID.randomUUID(),
                System.nanoTime());
        this.gate = new QuotaGate(
                shares,
                settings.maxInFlight(),
                settings.laneMinimums(),
                () -> tokens.current().isPresent() && breaker.mayCall(),
                use,
                clock,
                System::nanoTime);
        this.board = new QuotaBoard(
                settings.quotaTopic(),
                new KafkaConsumer<>(settings.ownConsumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                producer,
                new NoticeCodec(settings.quotaTopic(), serializer(), deserializer()),
                gate,
                settings.application(),
                clock,
                stop::fail);
        MeteredCloud cloud = new MeteredCloud(breaker, registry);
        Journal metered = new MeteredJournal(journal, registry);
        OwnedTasks tasks = new OwnedTasks();
        MeteredTasks meteredTasks = new MeteredTasks(tasks, registry);
        RequestLog log = new RequestLog();
        this.caller = new Caller(cloud, metered, gate, paceThread, clock);
        Heartbeats heartbeats = new Heartbeats(System::nanoTime);
        Parts parts = new Parts(
                settings.topics(),
                settings.requests(),
                new RecordReader(
                        deserializer(),
                        settings.product(),
                        settings.timeToLive().toMillis()),
                writer,
                new AllowedReplyTopics(settings.replyTopics(), admin, clock),
                access::rules,
                settings.policy(),
                settings.limits(partitions),
                backlog -> new Schedule(backlog, access::rules),
                partition -> Observer.all(meteredTasks.observer(partition), log),
                settings.inTransactions(),
                () -> UUID.randomUUID().toString(),
                chance,
                gate,
                caller,
                metered,
                TICK,
                heartbeats::beat,
                heartbeats::end);
        this.stream = new StreamsRunner(
                FleetTopology.build(parts), settings.streams(partitions), settings.shutdownTimeout(), stop::fail);
        Health health = new Health(
                stream::state, stream::isDead, () -> tokens.current().isPresent(), access::trouble, heartbeats);
        Readings readings = new Readings(
                cloud::inFlight,
                breaker::isClosed,
                () -> use.inWindow(System.nanoTime()),
                use::worstWindow,
                () -> tokens.current().map(AccessToken::version).orElse(0L),
                tokens::age);
        StatusPage status = new StatusPage(instance, health, tasks, readings, clock);
        status.bindTo(registry);
        stream.bindTo(registry);
        journalMetrics.bindTo(registry);
        this.ops = OpsServer.start(settings.opsHost(), settings.opsPort(), health, status, meters, opsThreads);
    }

    /** @throws IllegalStateException if the quota belongs to another application */
    void start() {
        if (settings.quotaScope() == Shares.Scope.SHARED) {
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

    String opsUrl() {
        return ops.url();
    }

    @Override
    public void close() {
        stream.close();
        caller.close();
        awaitCalls();
        closeBoard();
        journalMetrics.close();
        journal.close();
        ops.close();
        meters.close();
        admin.close(TOKEN_CALL);
        paceThread.shutdownNow();
        policyThread.shutdownNow();
        clockThread.shutdownNow();
        tokenThreads.shutdownNow();
        callThreads.shutdownNow();
        opsThreads.shutdownNow();
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
        boardThread.shutdown();
        try {
            if (!boardThread.awaitTermination(settings.shutdownTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the quota's board has not closed within {}", settings.shutdownTimeout());
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitCalls() {
        try {
            if (!gate.awaitIdle(settings.shutdownTimeout())) {
                LOG.warn("calls are still under way after {}; their outcomes are lost", settings.shutdownTimeout());
            }
        } catch (InterruptedException hurried) {
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
