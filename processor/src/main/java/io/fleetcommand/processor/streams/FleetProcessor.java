package io.fleetcommand.processor.streams;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.Agenda;
import io.fleetcommand.processor.core.Fact;
import io.fleetcommand.processor.core.Ledger;
import io.fleetcommand.processor.core.Observation;
import io.fleetcommand.processor.core.Observer;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.RequestKey;
import io.fleetcommand.processor.core.Source;
import io.fleetcommand.processor.core.Status;
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
 * failure; each start makes a fresh {@link Task} with a fresh epoch. Owned by its stream thread.
 */
final class FleetProcessor implements Processor<byte[], byte[], Destination, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(FleetProcessor.class);
    private static final byte[] NOTHING = {};
    private static final Duration COMPLAINT_EVERY = Duration.ofSeconds(5);

    private final Parts parts;
    private final Intake intake;
    private final RecordReader reader;
    private final PoisonRecords poison;
    private final Map<String, Source> sources = new HashMap<>();
    private ProcessorContext<Destination, byte[]> context;
    private Observer observer;
    private Entries entries;
    private AdmissionControl admission;
    private HeldRecords held;
    private Answers answers;
    private Task task;
    private long complainsAgainMs;

    FleetProcessor(Parts parts) {
        Topics topics = parts.topics();
        this.parts = parts;
        this.reader = parts.reader();
        this.intake = new Intake(
                parts.reader(),
                parts.replyTopics(),
                parts.access(),
                parts.limits().maxTtlMs(),
                parts.partitions());
        this.poison = parts.poison();
        sources.put(topics.attempts(), Source.JOURNAL);
        sources.put(topics.cancellations(), Source.CANCELLATIONS);
        parts.requests().commands().forEach(topic -> sources.put(topic, Source.COMMANDS));
        parts.requests().polls().forEach(topic -> sources.put(topic, Source.POLLS));
    }

    @Override
    public void init(ProcessorContext<Destination, byte[]> given) {
        context = given;
        observer = parts.newObserver().apply(given.taskId().partition());
        answers = new Answers(parts.writer(), parts.topics(), observer, given, parts.commits());
        entries = Entries.of(given);
        admission = new AdmissionControl(parts.limits().maxOpen());
        Ledger ledger = parts.newLedger();
        KeyValueStore<String, Observation> observations = given.getStateStore(Observations.STORE);
        DeviceRests rests =
                new DeviceRests(given.getStateStore(DeviceRests.STORE), ledger, given.currentSystemTimeMs());
        Agenda agenda = parts.newAgenda().over(entries, ParkedDevices.of(given), rests);
        task = new Task(
                given.taskId().partition(),
                ledger,
                entries,
                new Observations(observations),
                rests,
                agenda,
                parts.gate(),
                parts.calls(),
                parts.journal(),
                answers,
                Observer.all(observer, admission),
                parts.nanoClock());
        task.takeOver(given.currentSystemTimeMs());
        held = new HeldRecords(
                given.getStateStore(HeldRecords.STORE),
                parts.schemas(),
                parts.topics().attempts(),
                sources,
                this::handle,
                observer);
        held.takeOver();
        KeyValueStore<RequestKey, Filing> filed = given.getStateStore(Entries.FILED);
        Retention<RequestKey, Filing> answered = new Retention<>(
                filed,
                (filing, nowMs) -> isForgotten(ledger, filing, nowMs),
                parts.policy().retentionMs());
        Retention<String, Observation> observed = new Retention<>(
                observations, ledger::isForgettable, parts.policy().valueRetentionMs());
        given.schedule(parts.tick(), PunctuationType.WALL_CLOCK_TIME, this::tick);
        given.schedule(Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, nowMs -> {
            answered.step(nowMs);
            observed.step(nowMs);
            task.forgetRests(nowMs);
        });
        LOG.info("task {} starts with epoch {}", given.taskId(), ledger.epoch());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata from = context.recordMetadata().orElseThrow();
        Arrival arrival = new Arrival(
                from.topic(),
                from.partition(),
                from.offset(),
                Optional.ofNullable(record.key()).orElse(NOTHING),
                Optional.ofNullable(record.value()).orElse(NOTHING),
                record.value() != null,
                record.headers());
        long nowMs = context.currentSystemTimeMs();
        if (held.isBehind(arrival)) {
            hold(arrival, WireFormat.schemaId(arrival.value()), nowMs);
            return;
        }
        OptionalInt awaited = handle(arrival, nowMs);
        if (awaited.isPresent()) {
            hold(arrival, awaited, nowMs);
        }
    }

    private void hold(Arrival arrival, OptionalInt awaited, long nowMs) {
        if (!held.hold(arrival, awaited, nowMs)) {
            String detail = "the schema registry does not answer, and too many records of " + arrival.topic()
                    + " wait for it already; send it again once the registry answers";
            refuseUnread(arrival, Reason.UNKNOWN_SCHEMA, detail, nowMs);
        }
    }

    /** Deals with a record that waits for none before it. */
    private OptionalInt handle(Arrival arrival, long nowMs) {
        Optional<HeldRecords.Handling> read = read(arrival, nowMs);
        if (read.isEmpty()) {
            setAside(arrival, nowMs);
            return OptionalInt.empty();
        }
        try {
            return read.get().handle(arrival, nowMs);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
            if (!PoisonRecords.isUnexpected(failure)) {
                throw failure;
            }
            poison.failed(arrival.position(), failure);
            throw new UnexpectedFailure("dealing with a record failed: " + arrival.position(), failure);
        }
    }

    /**
     * What is to be done about a record; empty if it has failed too often. Reading a record changes nothing, so it is
     * tried again in its place.
     */
    private Optional<HeldRecords.Handling> read(Arrival arrival, long nowMs) {
        while (!poison.isPoison(arrival.position())) {
            try {
                return Optional.of(reading(arrival, nowMs));
            } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
                if (!PoisonRecords.isUnexpected(failure)) {
                    throw failure;
                }
                poison.failed(arrival.position(), failure);
            }
        }
        return Optional.empty();
    }

    private HeldRecords.Handling reading(Arrival arrival, long nowMs) {
        return switch (sources.get(arrival.topic())) {
            case COMMANDS -> request(intake.command(arrival, nowMs));
            case POLLS -> request(intake.poll(arrival, nowMs));
            case CANCELLATIONS -> cancellation(intake.cancellation(arrival));
            case JOURNAL -> fact(reader.fact(arrival));
        };
    }

    private void setAside(Arrival arrival, long nowMs) {
        Source source = sources.get(arrival.topic());
        LOG.error("{}: set aside in {}", arrival.position(), parts.topics().failedRequests());
        observer.setAside(source);
        refuseUnread(
                arrival,
                Reason.INTERNAL_ERROR,
                "dealing with the record at " + arrival.position() + " failed unexpectedly several times; the log says"
                        + " how. It was not run",
                nowMs);
    }

    /** Answers a record as far as it can be read. */
    private void refuseUnread(Arrival arrival, Reason reason, String detail, long nowMs) {
        answers.refuse(arrival, unread(arrival, reason, detail), nowMs);
    }

    /** What is in the ledger already is answered from there. */
    private Reading.Refused unread(Arrival arrival, Reason reason, String detail) {
        Reading.Refused refused = switch (sources.get(arrival.topic())) {
            case COMMANDS -> intake.unreadCommand(arrival, reason, detail);
            case POLLS -> intake.unreadPoll(arrival, reason, detail);
            case CANCELLATIONS -> intake.unreadCancellation(arrival, reason, detail);
            case JOURNAL -> intake.unreadFact(arrival, reason, detail);
        };
        RequestKey key = refused.request().key();
        return key.requestId().isBlank() || entries.find(key).isEmpty() ? refused : refused.keptForOperations();
    }

    private boolean isForgotten(Ledger ledger, Filing filing, long nowMs) {
        if (filing instanceof Filing.Unread unread && ledger.isForgettable(unread.unread(), nowMs)) {
            admission.forgotten();
            return true;
        }
        return filing instanceof Filing.Answered answered && ledger.isForgettable(answered.answer(), nowMs);
    }

    private void tick(long nowMs) {
        parts.beat().accept(context.taskId().toString());
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
        if (parts.inTransactions()) {
            answers.commitIfDue();
        }
    }

    @Override
    public void close() {
        parts.ended().accept(context.taskId().toString());
        task.handOver(context.currentSystemTimeMs());
    }

    private HeldRecords.Handling request(Reading reading) {
        return (arrival, nowMs) -> {
            if (reading instanceof Reading.Pending pending) {
                return OptionalInt.of(pending.schemaId());
            }
            Reading admitted = reading instanceof Reading.Understood understood ? admitted(understood) : reading;
            if (admitted instanceof Reading.Understood understood) {
                task.request(understood.request(), nowMs);
            } else {
                answers.refuse(arrival, (Reading.Refused) admitted, nowMs);
            }
            return OptionalInt.empty();
        };
    }

    /** One that the ledger knows is no more work, and may have been called already. */
    private Reading admitted(Reading.Understood understood) {
        Request request = understood.request();
        return admission
                .refusal(request)
                .filter(full -> entries.find(request.key()).isEmpty())
                .<Reading>map(full -> new Reading.Refused(request, true, Status.REJECTED, Reason.OVERLOADED, full))
                .orElse(understood);
    }

    private HeldRecords.Handling cancellation(Decoded<RequestKey> decoded) {
        return (arrival, nowMs) -> {
            if (decoded instanceof Decoded.Good<RequestKey> good) {
                cancel(arrival, good.value(), nowMs);
            } else if (decoded instanceof Decoded.Bad<RequestKey> bad) {
                answers.refuse(arrival, unreadable(arrival, bad), nowMs);
            }
            return awaited(decoded);
        };
    }

    private void cancel(Arrival arrival, RequestKey key, long nowMs) {
        admission
                .cancellationRefusal()
                .filter(full -> entries.find(key).isEmpty())
                .ifPresentOrElse(
                        full -> answers.refuse(
                                arrival, unreadable(arrival, new Decoded.Bad<>(Reason.OVERLOADED, full, key)), nowMs),
                        () -> task.cancellation(key, nowMs));
    }

    private HeldRecords.Handling fact(Decoded<Fact> decoded) {
        return (arrival, nowMs) -> {
            if (decoded instanceof Decoded.Good<Fact> good) {
                task.fact(good.value(), nowMs);
            } else if (decoded instanceof Decoded.Bad<Fact> bad) {
                complain(arrival, bad, nowMs);
                observer.setAside(Source.JOURNAL);
                answers.refuse(arrival, unreadable(arrival, bad), nowMs);
            }
            return awaited(decoded);
        };
    }

    /** Loudly, but a journal full of such lines does not fill the log; all of them are counted. */
    private void complain(Arrival line, Decoded.Bad<Fact> bad, long nowMs) {
        if (nowMs >= complainsAgainMs) {
            complainsAgainMs = nowMs + COMPLAINT_EVERY.toMillis();
            LOG.error("{}: a line of the journal cannot be read: {}", line.position(), bad.detail());
        }
    }

    private static OptionalInt awaited(Decoded<?> decoded) {
        return decoded instanceof Decoded.Pending<?> pending ? OptionalInt.of(pending.schemaId()) : OptionalInt.empty();
    }

    /** Not a request, so nobody waits for a result: it is kept for operations alone. */
    private static Reading.Refused unreadable(Arrival arrival, Decoded.Bad<?> bad) {
        return Reading.Refused.keptForOperations(bad.key(), bad.reason(), arrival.topic() + ": " + bad.detail());
    }
}
