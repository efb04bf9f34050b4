package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Ledger;
import io.fleetcommand.processor.core.ports.CallScheduler;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Source;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.streams.codec.Decoded;
import io.fleetcommand.processor.streams.codec.Destination;
import io.fleetcommand.processor.streams.codec.InboundRecord;
import io.fleetcommand.processor.streams.codec.IntakeResult;
import io.fleetcommand.processor.streams.codec.JournalCodec;
import io.fleetcommand.processor.streams.codec.RequestIndexEntry;
import io.fleetcommand.processor.streams.store.DeviceBackoffStore;
import io.fleetcommand.processor.streams.store.LedgerStore;
import io.fleetcommand.processor.streams.store.ParkedDevices;
import io.fleetcommand.processor.streams.store.ReadingCache;
import io.fleetcommand.processor.streams.store.StoreSweeper;
import io.fleetcommand.registry.WireFormat;
import java.time.Duration;
import java.util.HashMap;
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
    private static final Duration ERROR_INTERVAL = Duration.ofSeconds(5);

    private final TopologyDependencies dependencies;
    private final RequestIntake intake;
    private final JournalCodec journal;
    private final PoisonRecords poison;
    private final Map<String, Source> sources = new HashMap<>();
    private ProcessorContext<Destination, byte[]> context;
    private RequestObserver observer;
    private LedgerStore store;
    private AdmissionControl admission;
    private HeldRecords held;
    private ResultPublisher results;
    private PartitionTask task;
    private long nextErrorMs;

    FleetProcessor(TopologyDependencies dependencies) {
        Topics topics = dependencies.topics();
        this.dependencies = dependencies;
        this.journal = dependencies.codecs().journal();
        this.intake = new RequestIntake(
                dependencies.codecs(),
                dependencies.replyTopics(),
                dependencies.policy(),
                dependencies.limits().maxTtlMs(),
                dependencies.partitions());
        this.poison = dependencies.poison();
        sources.put(topics.attempts(), Source.JOURNAL);
        sources.put(topics.cancellations(), Source.CANCELLATIONS);
        dependencies.requests().commands().forEach(topic -> sources.put(topic, Source.COMMANDS));
        dependencies.requests().polls().forEach(topic -> sources.put(topic, Source.POLLS));
    }

    @Override
    public void init(ProcessorContext<Destination, byte[]> processorContext) {
        context = processorContext;
        observer = dependencies.newObserver().apply(processorContext.taskId().partition());
        results = new ResultPublisher(
                dependencies.codecs(), dependencies.topics(), observer, processorContext, dependencies.commits());
        store = LedgerStore.of(processorContext);
        admission = new AdmissionControl(dependencies.limits().maxOpen());
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
        held = new HeldRecords(
                processorContext.getStateStore(HeldRecords.STORE),
                dependencies.schemas(),
                dependencies.topics().attempts(),
                sources,
                this::handle,
                observer);
        held.restore();
        KeyValueStore<RequestKey, RequestIndexEntry> requestIndex = processorContext.getStateStore(LedgerStore.INDEX);
        StoreSweeper<RequestKey, RequestIndexEntry> indexSweeper = new StoreSweeper<>(
                requestIndex,
                (indexEntry, nowMs) -> isForgotten(ledger, indexEntry, nowMs),
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
        OptionalInt awaitedSchema = handle(inbound, nowMs);
        if (awaitedSchema.isPresent()) {
            hold(inbound, awaitedSchema, nowMs);
        }
    }

    private void hold(InboundRecord inbound, OptionalInt awaitedSchema, long nowMs) {
        if (!held.hold(inbound, awaitedSchema, nowMs)) {
            String detail = "the schema registry does not answer, and too many records of " + inbound.topic()
                    + " wait for it already; send it again once the registry answers";
            rejectUnread(inbound, Reason.UNKNOWN_SCHEMA, detail, nowMs);
        }
    }

    /**
     * Processes a record that is not blocked by an earlier one.
     *
     * @return the schema id it has to wait for; empty if it is done
     */
    private OptionalInt handle(InboundRecord inbound, long nowMs) {
        Optional<HeldRecords.Handling> handling = decode(inbound, nowMs);
        if (handling.isEmpty()) {
            setAside(inbound, nowMs);
            return OptionalInt.empty();
        }
        try {
            return handling.get().handle(inbound, nowMs);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
            if (!PoisonRecords.isUnexpected(failure)) {
                throw failure;
            }
            poison.failed(inbound.position(), failure);
            throw new UnexpectedFailure("dealing with a record failed: " + inbound.position(), failure);
        }
    }

    /**
     * Decodes and validates a record into the step that processes it; empty if the record has failed too often.
     * Decoding has no side effects, so a failure is retried at once.
     */
    private Optional<HeldRecords.Handling> decode(InboundRecord inbound, long nowMs) {
        while (!poison.isPoison(inbound.position())) {
            try {
                return Optional.of(reading(inbound, nowMs));
            } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
                if (!PoisonRecords.isUnexpected(failure)) {
                    throw failure;
                }
                poison.failed(inbound.position(), failure);
            }
        }
        return Optional.empty();
    }

    private HeldRecords.Handling reading(InboundRecord inbound, long nowMs) {
        return switch (sources.get(inbound.topic())) {
            case COMMANDS -> request(intake.command(inbound, nowMs));
            case POLLS -> request(intake.poll(inbound, nowMs));
            case CANCELLATIONS -> cancellation(intake.cancellation(inbound));
            case JOURNAL -> journalEvent(journal.read(inbound));
        };
    }

    private void setAside(InboundRecord inbound, long nowMs) {
        Source source = sources.get(inbound.topic());
        LOG.error(
                "{}: record set aside in {} after repeated failures",
                inbound.position(),
                dependencies.topics().failedRequests());
        observer.setAside(source);
        rejectUnread(
                inbound,
                Reason.INTERNAL_ERROR,
                "dealing with the record at " + inbound.position() + " failed unexpectedly several times; the log says"
                        + " how. It was not run",
                nowMs);
    }

    /** Rejects a record without processing it, with as much of the request as can be decoded. */
    private void rejectUnread(InboundRecord inbound, Reason reason, String detail, long nowMs) {
        results.reject(inbound, unread(inbound, reason, detail), nowMs);
    }

    /**
     * A rejection that is not sent as a result if the ledger knows the request, whose result then comes from the
     * ledger.
     */
    private IntakeResult.Rejected unread(InboundRecord inbound, Reason reason, String detail) {
        IntakeResult.Rejected rejected = switch (sources.get(inbound.topic())) {
            case COMMANDS -> intake.unreadCommand(inbound, reason, detail);
            case POLLS -> intake.unreadPoll(inbound, reason, detail);
            case CANCELLATIONS -> intake.unreadCancellation(inbound, reason, detail);
            case JOURNAL -> intake.unreadJournalEvent(inbound, reason, detail);
        };
        RequestKey key = rejected.request().key();
        return key.requestId().isBlank() || store.find(key).isEmpty() ? rejected : rejected.keptForOperations();
    }

    private boolean isForgotten(Ledger ledger, RequestIndexEntry indexEntry, long nowMs) {
        if (indexEntry instanceof RequestIndexEntry.Unread unread && ledger.isForgettable(unread.unread(), nowMs)) {
            admission.unreadExpired();
            return true;
        }
        return indexEntry instanceof RequestIndexEntry.Final answered && ledger.isForgettable(answered.result(), nowMs);
    }

    private void tick(long nowMs) {
        dependencies.heartbeat().accept(context.taskId().toString());
        held.step(nowMs);
        try {
            task.tick(nowMs);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
            String name = context.taskId().toString();
            if (!PoisonRecords.isUnexpected(failure) || !poison.tickFailed(name, failure, nowMs)) {
                throw failure;
            }
            throw new UnexpectedFailure("the work of task " + name + " by the clock failed", failure);
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

    private HeldRecords.Handling request(IntakeResult reading) {
        return (inbound, nowMs) -> {
            if (reading instanceof IntakeResult.Pending pending) {
                return OptionalInt.of(pending.schemaId());
            }
            IntakeResult admitted = reading instanceof IntakeResult.Accepted accepted ? admitted(accepted) : reading;
            if (admitted instanceof IntakeResult.Accepted accepted) {
                task.request(accepted.request(), nowMs);
            } else {
                results.reject(inbound, (IntakeResult.Rejected) admitted, nowMs);
            }
            return OptionalInt.empty();
        };
    }

    /**
     * Applies the admission limit. A request that the ledger knows is always admitted: it adds no work, and may have
     * been called already.
     */
    private IntakeResult admitted(IntakeResult.Accepted accepted) {
        Request request = accepted.request();
        return admission
                .refusal(request)
                .filter(overloaded -> store.find(request.key()).isEmpty())
                .<IntakeResult>map(overloaded ->
                        new IntakeResult.Rejected(request, true, Status.REJECTED, Reason.OVERLOADED, overloaded))
                .orElse(accepted);
    }

    private HeldRecords.Handling cancellation(Decoded<RequestKey> decoded) {
        return (inbound, nowMs) -> {
            if (decoded instanceof Decoded.Good<RequestKey> good) {
                cancel(inbound, good.value(), nowMs);
            } else if (decoded instanceof Decoded.Bad<RequestKey> bad) {
                results.reject(inbound, unreadable(inbound, bad), nowMs);
            }
            return awaitedSchema(decoded);
        };
    }

    private void cancel(InboundRecord inbound, RequestKey key, long nowMs) {
        admission
                .cancellationRefusal()
                .filter(overloaded -> store.find(key).isEmpty())
                .ifPresentOrElse(
                        overloaded -> results.reject(
                                inbound,
                                unreadable(inbound, new Decoded.Bad<>(Reason.OVERLOADED, overloaded, key)),
                                nowMs),
                        () -> task.cancellation(key, nowMs));
    }

    private HeldRecords.Handling journalEvent(Decoded<JournalEvent> decoded) {
        return (inbound, nowMs) -> {
            if (decoded instanceof Decoded.Good<JournalEvent> good) {
                task.journalEvent(good.value(), nowMs);
            } else if (decoded instanceof Decoded.Bad<JournalEvent> bad) {
                logUnreadable(inbound, bad, nowMs);
                observer.setAside(Source.JOURNAL);
                results.reject(inbound, unreadable(inbound, bad), nowMs);
            }
            return awaitedSchema(decoded);
        };
    }

    /**
     * At ERROR but rate-limited, so that a journal full of unreadable events does not flood the log; the metric counts
     * all of them.
     */
    private void logUnreadable(InboundRecord inbound, Decoded.Bad<JournalEvent> bad, long nowMs) {
        if (nowMs >= nextErrorMs) {
            nextErrorMs = nowMs + ERROR_INTERVAL.toMillis();
            LOG.error("{}: unreadable journal event: {}", inbound.position(), bad.detail());
        }
    }

    private static OptionalInt awaitedSchema(Decoded<?> decoded) {
        return decoded instanceof Decoded.Pending<?> pending ? OptionalInt.of(pending.schemaId()) : OptionalInt.empty();
    }

    /** No request, so no caller waits for a result: it is only published for operations. */
    private static IntakeResult.Rejected unreadable(InboundRecord inbound, Decoded.Bad<?> bad) {
        return IntakeResult.Rejected.keptForOperations(bad.key(), bad.reason(), inbound.topic() + ": " + bad.detail());
    }
}
