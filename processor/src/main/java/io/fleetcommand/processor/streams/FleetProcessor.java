package io.fleetcommand.processor.streams;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.Agenda;
import io.fleetcommand.processor.core.Fact;
import io.fleetcommand.processor.core.Ledger;
import io.fleetcommand.processor.core.Observation;
import io.fleetcommand.processor.core.Observer;
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
    private Answers answers;
    private Task task;

    FleetProcessor(Parts parts) {
        Topics topics = parts.topics();
        this.parts = parts;
        this.reader = parts.reader();
        this.intake = new Intake(parts.reader(), parts.replyTopics(), parts.access());
        this.byTopic = new HashMap<>(Map.of(topics.cancellations(), this::cancellation, topics.attempts(), this::fact));
        parts.requests().commands().forEach(topic -> byTopic.put(topic, this::command));
        parts.requests().polls().forEach(topic -> byTopic.put(topic, this::poll));
    }

    @Override
    public void init(ProcessorContext<Destination, byte[]> given) {
        context = given;
        Observer observer = parts.newObserver().apply(given.taskId().partition());
        answers = new Answers(parts.writer(), parts.topics(), observer, given);
        Entries entries = Entries.of(given);
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
                observer);
        task.takeOver(given.currentSystemTimeMs());
        KeyValueStore<String, Filing> filed = given.getStateStore(Entries.FILED);
        Retention<Filing> answered = new Retention<>(
                filed,
                (filing, nowMs) -> filing instanceof Filing.Settled old && ledger.isForgettable(old.settled(), nowMs),
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

    private void tick(long nowMs) {
        parts.beat().accept(context.taskId().toString(), nowMs);
        task.tick(nowMs);
    }

    @Override
    public void close() {
        parts.ended().accept(context.taskId().toString());
        task.handOver(context.currentSystemTimeMs());
    }

    private void command(Arrival arrival, long nowMs) {
        request(arrival, intake.command(arrival), nowMs);
    }

    private void poll(Arrival arrival, long nowMs) {
        request(arrival, intake.poll(arrival), nowMs);
    }

    private void request(Arrival arrival, Reading reading, long nowMs) {
        if (reading instanceof Reading.Understood understood) {
            task.request(understood.request(), nowMs);
        } else {
            answers.refuse(arrival, (Reading.Refused) reading, nowMs);
        }
    }

    private void cancellation(Arrival arrival, long nowMs) {
        Decoded<String> decoded = reader.cancellation(arrival);
        if (decoded instanceof Decoded.Good<String> good) {
            task.cancellation(good.value(), nowMs);
        } else {
            answers.refuse(arrival, unreadable(arrival, (Decoded.Bad<String>) decoded), nowMs);
        }
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
