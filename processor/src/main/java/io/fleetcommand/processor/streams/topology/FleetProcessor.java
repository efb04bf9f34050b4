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
import io.fleetcommand.processor.streams.codec.RecordReader;
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
 * The one node of the topology. Kafka Streams may start and close the same node several times, on a move or after a
 * failure; each start makes a fresh {@link PartitionTask} with a fresh epoch. Owned by its stream thread.
 */
final class FleetProcessor implements Processor<byte[], byte[], Destination, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(FleetProcessor.class);
    private static final byte[] NOTHING = {};
    private static final Duration COMPLAINT_EVERY = Duration.ofSeconds(5);

    private final TopologyDependencies dependencies;
    private final RequestIntake intake;
    private final RecordReader reader;
    private final PoisonRecords poison;
    private final Map<String, Source> sources = new HashMap<>();
    private ProcessorContext<Destination, byte[]> context;
    private RequestObserver observer;
    private LedgerStore store;
    private AdmissionControl admission;
    private HeldRecords held;
    private ResultPublisher results;
    private PartitionTask task;
    private long complainsAgainMs;

    FleetProcessor(TopologyDependencies dependencies) {
        Topics topics = dependencies.topics();
        this.dependencies = dependencies;
        this.reader = dependencies.reader();
        this.intake = new RequestIntake(
                dependencies.reader(),
                dependencies.replyTopics(),
                dependencies.access(),
                dependencies.limits().maxTtlMs(),
                dependencies.partitions());
        this.poison = dependencies.poison();
        sources.put(topics.attempts(), Source.JOURNAL);
        sources.put(topics.cancellations(), Source.CANCELLATIONS);
        dependencies.requests().commands().forEach(topic -> sources.put(topic, Source.COMMANDS));
        dependencies.requests().polls().forEach(topic -> sources.put(topic, Source.POLLS));
    }

    @Override
    public void init(ProcessorContext<Destination, byte[]> given) {
        context = given;
        observer = dependencies.newObserver().apply(given.taskId().partition());
        results = new ResultPublisher(
                dependencies.writer(), dependencies.topics(), observer, given, dependencies.commits());
        store = LedgerStore.of(given);
        admission = new AdmissionControl(dependencies.limits().maxOpen());
        Ledger ledger = dependencies.newLedger();
        KeyValueStore<String, CachedReading> observations = given.getStateStore(ReadingCache.STORE);
        DeviceBackoffStore rests = new DeviceBackoffStore(
                given.getStateStore(DeviceBackoffStore.STORE), ledger, given.currentSystemTimeMs());
        CallScheduler scheduler = dependencies.newAgenda().over(store, ParkedDevices.of(given), rests);
        task = new PartitionTask(
                given.taskId().partition(),
                ledger,
                store,
                new ReadingCache(observations),
                rests,
                scheduler,
                dependencies.limiter(),
                dependencies.calls(),
                dependencies.journal(),
                results,
                RequestObserver.all(observer, admission),
                dependencies.nanoClock());
        task.takeOver(given.currentSystemTimeMs());
        held = new HeldRecords(
                given.getStateStore(HeldRecords.STORE),
                dependencies.schemas(),
                dependencies.topics().attempts(),
                sources,
                this::handle,
                observer);
        held.takeOver();
        KeyValueStore<RequestKey, RequestIndexEntry> filed = given.getStateStore(LedgerStore.FILED);
        StoreSweeper<RequestKey, RequestIndexEntry> answered = new StoreSweeper<>(
                filed,
                (indexEntry, nowMs) -> isForgotten(ledger, indexEntry, nowMs),
                dependencies.timeouts().retentionMs());
        StoreSweeper<String, CachedReading> observed = new StoreSweeper<>(
                observations, ledger::isForgettable, dependencies.timeouts().valueRetentionMs());
        given.schedule(dependencies.tick(), PunctuationType.WALL_CLOCK_TIME, this::tick);
        given.schedule(Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, nowMs -> {
            answered.step(nowMs);
            observed.step(nowMs);
            task.forgetBackoffs(nowMs);
        });
        LOG.info("task {} starts with epoch {}", given.taskId(), ledger.epoch());
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
        if (held.isBehind(inbound)) {
            hold(inbound, WireFormat.schemaId(inbound.value()), nowMs);
            return;
        }
        OptionalInt awaited = handle(inbound, nowMs);
        if (awaited.isPresent()) {
            hold(inbound, awaited, nowMs);
        }
    }

    private void hold(InboundRecord inbound, OptionalInt awaited, long nowMs) {
        if (!held.hold(inbound, awaited, nowMs)) {
            String detail = "the schema registry does not answer, and too many records of " + inbound.topic()
                    + " wait for it already; send it again once the registry answers";
            refuseUnread(inbound, Reason.UNKNOWN_SCHEMA, detail, nowMs);
        }
    }

    /** Deals with a record that waits for none before it. */
    private OptionalInt handle(InboundRecord inbound, long nowMs) {
        Optional<HeldRecords.Handling> read = read(inbound, nowMs);
        if (read.isEmpty()) {
            setAside(inbound, nowMs);
            return OptionalInt.empty();
        }
        try {
            return read.get().handle(inbound, nowMs);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
            if (!PoisonRecords.isUnexpected(failure)) {
                throw failure;
            }
            poison.failed(inbound.position(), failure);
            throw new UnexpectedFailure("dealing with a record failed: " + inbound.position(), failure);
        }
    }

    /**
     * What is to be done about a record; empty if it has failed too often. Reading a record changes nothing, so it is
     * tried again in its place.
     */
    private Optional<HeldRecords.Handling> read(InboundRecord inbound, long nowMs) {
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
            case JOURNAL -> fact(reader.fact(inbound));
        };
    }

    private void setAside(InboundRecord inbound, long nowMs) {
        Source source = sources.get(inbound.topic());
        LOG.error(
                "{}: set aside in {}", inbound.position(), dependencies.topics().failedRequests());
        observer.setAside(source);
        refuseUnread(
                inbound,
                Reason.INTERNAL_ERROR,
                "dealing with the record at " + inbound.position() + " failed unexpectedly several times; the log says"
                        + " how. It was not run",
                nowMs);
    }

    /** Answers a record as far as it can be read. */
    private void refuseUnread(InboundRecord inbound, Reason reason, String detail, long nowMs) {
        results.refuse(inbound, unread(inbound, reason, detail), nowMs);
    }

    /** What is in the ledger already is answered from there. */
    private IntakeResult.Rejected unread(InboundRecord inbound, Reason reason, String detail) {
        IntakeResult.Rejected refused = switch (sources.get(inbound.topic())) {
            case COMMANDS -> intake.unreadCommand(inbound, reason, detail);
            case POLLS -> intake.unreadPoll(inbound, reason, detail);
            case CANCELLATIONS -> intake.unreadCancellation(inbound, reason, detail);
            case JOURNAL -> intake.unreadFact(inbound, reason, detail);
        };
        RequestKey key = refused.request().key();
        return key.requestId().isBlank() || store.find(key).isEmpty() ? refused : refused.keptForOperations();
    }

    private boolean isForgotten(Ledger ledger, RequestIndexEntry indexEntry, long nowMs) {
        if (indexEntry instanceof RequestIndexEntry.Unread unread && ledger.isForgettable(unread.unread(), nowMs)) {
            admission.forgotten();
            return true;
        }
        return indexEntry instanceof RequestIndexEntry.Final answered && ledger.isForgettable(answered.result(), nowMs);
    }

    private void tick(long nowMs) {
        dependencies.beat().accept(context.taskId().toString());
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
        dependencies.ended().accept(context.taskId().toString());
        task.handOver(context.currentSystemTimeMs());
    }

    private HeldRecords.Handling request(IntakeResult reading) {
        return (inbound, nowMs) -> {
            if (reading instanceof IntakeResult.Pending pending) {
                return OptionalInt.of(pending.schemaId());
            }
            IntakeResult admitted =
                    reading instanceof IntakeResult.Accepted understood ? admitted(understood) : reading;
            if (admitted instanceof IntakeResult.Accepted understood) {
                task.request(understood.request(), nowMs);
            } else {
                results.refuse(inbound, (IntakeResult.Rejected) admitted, nowMs);
            }
            return OptionalInt.empty();
        };
    }

    /** One that the ledger knows is no more work, and may have been called already. */
    private IntakeResult admitted(IntakeResult.Accepted understood) {
        Request request = understood.request();
        return admission
                .refusal(request)
                .filter(full -> store.find(request.key()).isEmpty())
                .<IntakeResult>map(
                        full -> new IntakeResult.Rejected(request, true, Status.REJECTED, Reason.OVERLOADED, full))
                .orElse(understood);
    }

    private HeldRecords.Handling cancellation(Decoded<RequestKey> decoded) {
        return (inbound, nowMs) -> {
            if (decoded instanceof Decoded.Good<RequestKey> good) {
                cancel(inbound, good.value(), nowMs);
            } else if (decoded instanceof Decoded.Bad<RequestKey> bad) {
                results.refuse(inbound, unreadable(inbound, bad), nowMs);
            }
            return awaited(decoded);
        };
    }

    private void cancel(InboundRecord inbound, RequestKey key, long nowMs) {
        admission
                .cancellationRefusal()
                .filter(full -> store.find(key).isEmpty())
                .ifPresentOrElse(
                        full -> results.refuse(
                                inbound, unreadable(inbound, new Decoded.Bad<>(Reason.OVERLOADED, full, key)), nowMs),
                        () -> task.cancellation(key, nowMs));
    }

    private HeldRecords.Handling fact(Decoded<JournalEvent> decoded) {
        return (inbound, nowMs) -> {
            if (decoded instanceof Decoded.Good<JournalEvent> good) {
                task.fact(good.value(), nowMs);
            } else if (decoded instanceof Decoded.Bad<JournalEvent> bad) {
                complain(inbound, bad, nowMs);
                observer.setAside(Source.JOURNAL);
                results.refuse(inbound, unreadable(inbound, bad), nowMs);
            }
            return awaited(decoded);
        };
    }

    /** Loudly, but a journal full of such lines does not fill the log; all of them are counted. */
    private void complain(InboundRecord line, Decoded.Bad<JournalEvent> bad, long nowMs) {
        if (nowMs >= complainsAgainMs) {
            complainsAgainMs = nowMs + COMPLAINT_EVERY.toMillis();
            LOG.error("{}: a line of the journal cannot be read: {}", line.position(), bad.detail());
        }
    }

    private static OptionalInt awaited(Decoded<?> decoded) {
        return decoded instanceof Decoded.Pending<?> pending ? OptionalInt.of(pending.schemaId()) : OptionalInt.empty();
    }

    /** Not a request, so nobody waits for a result: it is kept for operations alone. */
    private static IntakeResult.Rejected unreadable(InboundRecord inbound, Decoded.Bad<?> bad) {
        return IntakeResult.Rejected.keptForOperations(bad.key(), bad.reason(), inbound.topic() + ": " + bad.detail());
    }
}
