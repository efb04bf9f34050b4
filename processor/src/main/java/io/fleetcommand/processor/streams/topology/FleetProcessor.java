package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.ledger.Ledger;
import io.fleetcommand.processor.core.ports.CallScheduler;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Source;
import io.fleetcommand.processor.streams.codec.Destination;
import io.fleetcommand.processor.streams.codec.InboundRecord;
import io.fleetcommand.processor.streams.codec.RequestIndexEntry;
import io.fleetcommand.processor.streams.store.DeviceBackoffStore;
import io.fleetcommand.processor.streams.store.LedgerStore;
import io.fleetcommand.processor.streams.store.ParkedDevices;
import io.fleetcommand.processor.streams.store.ReadingCache;
import io.fleetcommand.processor.streams.store.StoreSweeper;
import io.fleetcommand.registry.WireFormat;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only processor node of the topology. Kafka Streams may initialize and close a node several times, on a rebalance
 * or after a failure; each initialization creates a new {@link PartitionTask} with a new epoch. Confined to its stream
 * thread.
 */
final class FleetProcessor implements Processor<byte[], byte[], Destination, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(FleetProcessor.class);
    private static final byte[] NOTHING = {};

    private final TopologyDependencies dependencies;
    private final Map<String, Source> sources;
    private final RequestIntake intake;
    private ProcessorContext<Destination, byte[]> context;
    private ResultPublisher results;
    private PartitionTask task;
    private InputRouter router;
    private RecordStep steps;
    private HeldRecords held;

    FleetProcessor(TopologyDependencies dependencies) {
        this.dependencies = dependencies;
        this.sources = dependencies.sources();
        this.intake = new RequestIntake(
                dependencies.codecs(),
                dependencies.replyTopics(),
                dependencies.policy(),
                dependencies.limits().maxTtlMs(),
                dependencies.partitions());
    }

    @Override
    public void init(ProcessorContext<Destination, byte[]> processorContext) {
        context = processorContext;
        RequestObserver observer =
                dependencies.newObserver().apply(processorContext.taskId().partition());
        results = new ResultPublisher(
                dependencies.codecs(), dependencies.topics(), observer, processorContext, dependencies.commits());
        LedgerStore store = LedgerStore.of(processorContext);
        AdmissionControl admission = new AdmissionControl(dependencies.limits().maxOpen());
        Ledger ledger = dependencies.newLedger();
        KeyValueStore<String, CachedReading> readings = processorContext.getStateStore(ReadingCache.STORE);
        DeviceBackoffStore backoffs = new DeviceBackoffStore(
                processorContext.getStateStore(DeviceBackoffStore.STORE),
                ledger,
                processorContext.currentSystemTimeMs());
        CallScheduler scheduler =
                dependencies.newScheduler().create(store, ParkedDevices.of(processorContext), backoffs);
        task = new PartitionTask(
                processorContext.taskId().partition(),
                ledger,
                store,
                new ReadingCache(readings),
                backoffs,
                scheduler,
                dependencies.limiter(),
                dependencies.calls(),
                dependencies.journal(),
                results,
                RequestObserver.all(observer, admission),
                dependencies.nanoClock());
        task.restore(processorContext.currentSystemTimeMs());
        router = new InputRouter(
                sources, intake, dependencies.codecs().journal(), admission, store, task, results, observer);
        steps = new PoisonFilter(
                dependencies.poison(), router, observer, dependencies.topics().failedRequests());
        held = new HeldRecords(
                processorContext.getStateStore(HeldRecords.STORE),
                dependencies.schemas(),
                dependencies.topics().attempts(),
                sources,
                steps,
                observer);
        held.restore();
        KeyValueStore<RequestKey, RequestIndexEntry> requestIndex = processorContext.getStateStore(LedgerStore.INDEX);
        StoreSweeper<RequestKey, RequestIndexEntry> indexSweeper = new StoreSweeper<>(
                requestIndex,
                (indexEntry, nowMs) -> isForgotten(ledger, admission, indexEntry, nowMs),
                dependencies.timeouts().retentionMs());
        StoreSweeper<String, CachedReading> readingSweeper = new StoreSweeper<>(
                readings, ledger::isForgettable, dependencies.timeouts().valueRetentionMs());
        processorContext.schedule(dependencies.tick(), PunctuationType.WALL_CLOCK_TIME, this::tick);
        processorContext.schedule(Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, nowMs -> {
            indexSweeper.step(nowMs);
            readingSweeper.step(nowMs);
            task.forgetBackoffs(nowMs);
        });
        LOG.info("task {} started with epoch {}", processorContext.taskId(), ledger.epoch());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata from = context.recordMetadata().orElseThrow();
        InboundRecord inbound = new InboundRecord(
                from.topic(),
                from.partition(),
                from.offset(),
                Optional.ofNullable(record.key()).orElse(NOTHING),
                Optional.ofNullable(record.value()).orElse(NOTHING),
                record.value() != null,
                record.headers());
        long nowMs = context.currentSystemTimeMs();
        if (held.isBlocked(inbound)) {
            hold(inbound, WireFormat.schemaId(inbound.value()), nowMs);
            return;
        }
        OptionalInt awaitedSchema = steps.process(inbound, nowMs);
        if (awaitedSchema.isPresent()) {
            hold(inbound, awaitedSchema, nowMs);
        }
    }

    private void hold(InboundRecord inbound, OptionalInt awaitedSchema, long nowMs) {
        if (!held.hold(inbound, awaitedSchema, nowMs)) {
            String detail = "the schema registry does not answer, and too many records of " + inbound.topic()
                    + " wait for it already; send it again once the registry answers";
            router.reject(inbound, Reason.UNKNOWN_SCHEMA, detail, nowMs);
        }
    }

    private void tick(long nowMs) {
        dependencies.heartbeat().accept(context.taskId().toString());
        held.step(nowMs);
        try {
            task.tick(nowMs);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
            String name = context.taskId().toString();
            if (!PoisonRecords.isUnexpected(failure) || !dependencies.poison().tickFailed(name, failure, nowMs)) {
                throw failure;
            }
            throw new UnexpectedFailure("the tick of task " + name + " failed", failure);
        }
        if (dependencies.inTransactions()) {
            results.commitIfDue();
        }
    }

    @Override
    public void close() {
        dependencies.taskEnded().accept(context.taskId().toString());
        task.release(context.currentSystemTimeMs());
    }

    private static boolean isForgotten(
            Ledger ledger, AdmissionControl admission, RequestIndexEntry indexEntry, long nowMs) {
        if (indexEntry instanceof RequestIndexEntry.Unread unread && ledger.isForgettable(unread.unread(), nowMs)) {
            admission.unreadExpired();
            return true;
        }
        return indexEntry instanceof RequestIndexEntry.Final answered && ledger.isForgettable(answered.result(), nowMs);
    }
}
