package io.fleetcommand.processor.streams;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.Agenda;
import io.fleetcommand.processor.core.Fact;
import io.fleetcommand.processor.core.Ledger;
import io.fleetcommand.processor.core.Observation;
import io.fleetcommand.processor.core.Observer;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
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

    private final Parts parts;
    private final Intake intake;
    private final RecordReader reader;
    private final Map<String, BiConsumer<Arrival, Long>> byTopic;
    private ProcessorContext<Destination, byte[]> context;
    private Entries entries;
    private AdmissionControl admission;
    private Answers answers;
    private Task task;

    FleetProcessor(Parts parts) {
        Topics topics = parts.topics();
        this.parts = parts;
        this.reader = parts.reader();
        this.intake = new Intake(
                parts.reader(),
                parts.replyTopics(),
                parts.access(),
                parts.limits().maxTtlMs());
        this.byTopic = new HashMap<>(Map.of(topics.cancellations(), this::cancellation, topics.attempts(), this::fact));
        parts.requests().commands().forEach(topic -> byTopic.put(topic, this::command));
        parts.requests().polls().forEach(topic -> byTopic.put(topic, this::poll));
    }

    @Override
    public void init(ProcessorContext<Destination, byte[]> given) {
        context = given;
        Observer observer = parts.newObserver().apply(given.taskId().partition());
        answers = new Answers(parts.writer(), parts.topics(), parts.replyTopics(), observer, given);
        entries = Entries.of(given);
        admission = new AdmissionControl(parts.limits().maxOpen());
        Ledger ledger = parts.newLedger();
        Agenda agenda = parts.newAgenda().apply(entries);
        KeyValueStore<String, Observation> observations = given.getStateStore(Observations.STORE);
        DeviceRests rests = new DeviceRests(given.getStateStore(DeviceRests.STORE), ledger, agenda);
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
                Observer.all(observer, admission));
        task.takeOver(given.currentSystemTimeMs());
        KeyValueStore<String, Filing> filed = given.getStateStore(Entries.FILED);
        Retention<Filing> answered = new Retention<>(
                filed,
                (filing, nowMs) -> isForgotten(ledger, filing, nowMs),
                parts.policy().retentionMs());
        Retention<Observation> observed = new Retention<>(
                observations, ledger::isForgettable, parts.policy().valueRetentionMs());
        given.schedule(parts.tick(), PunctuationType.WALL_CLOCK_TIME, this::tick);
        given.schedule(Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, nowMs -> {
            answered.step(nowMs);
            observed.step(nowMs);
            rests.step(nowMs);
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
        byTopic.get(from.topic()).accept(arrival, context.currentSystemTimeMs());
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
        task.tick(nowMs);
    }

    @Override
    public void close() {
        parts.ended().accept(context.taskId().toString());
        task.handOver(context.currentSystemTimeMs());
    }

    private void command(Arrival arrival, long nowMs) {
        request(arrival, intake.command(arrival, nowMs), nowMs);
    }

    private void poll(Arrival arrival, long nowMs) {
        request(arrival, intake.poll(arrival, nowMs), nowMs);
    }

    private void request(Arrival arrival, Reading reading, long nowMs) {
        Reading admitted = reading instanceof Reading.Understood understood ? admitted(understood) : reading;
        if (admitted instanceof Reading.Understood understood) {
            task.request(understood.request(), nowMs);
        } else {
            answers.refuse(arrival, (Reading.Refused) admitted, nowMs);
        }
    }

    /** One that the ledger knows is no more work, and may have been called already. */
    private Reading admitted(Reading.Understood understood) {
        Request request = understood.request();
        return admission
                .refusal(request)
                .filter(full -> entries.find(request.id()).isEmpty())
                .<Reading>map(full -> new Reading.Refused(request, true, Status.REJECTED, Reason.OVERLOADED, full))
                .orElse(understood);
    }

    private void cancellation(Arrival arrival, long nowMs) {
        Decoded<String> decoded = reader.cancellation(arrival);
        if (decoded instanceof Decoded.Good<String> good) {
            cancellation(arrival, good.value(), nowMs);
        } else {
            answers.refuse(arrival, unreadable(arrival, (Decoded.Bad<String>) decoded), nowMs);
        }
    }

    private void cancellation(Arrival arrival, String requestId, long nowMs) {
        admission
                .cancellationRefusal()
                .filter(full -> entries.find(requestId).isEmpty())
                .ifPresentOrElse(
                        full -> answers.refuse(
                                arrival, unreadable(arrival, new Decoded.Bad<>(Reason.OVERLOADED, full)), nowMs),
                        () -> task.cancellation(requestId, nowMs));
    }

    private void fact(Arrival arrival, long nowMs) {
        Decoded<Fact> decoded = reader.fact(arrival);
        if (decoded instanceof Decoded.Good<Fact> good) {
            task.fact(good.value(), nowMs);
        } else {
            answers.refuse(arrival, unreadable(arrival, (Decoded.Bad<Fact>) decoded), nowMs);
        }
    }

    /** Not a request, so nobody waits for a result: it is kept for operations alone. */
    private static Reading.Refused unreadable(Arrival arrival, Decoded.Bad<?> bad) {
        return Reading.Refused.keptForOperations(bad.reason(), arrival.topic() + ": " + bad.detail());
    }
}
