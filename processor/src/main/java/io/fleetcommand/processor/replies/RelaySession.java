package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ledger.Backoff;
import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.core.ports.ReplyObserver;
import io.fleetcommand.processor.core.request.ReplyEnvelope;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.replies.Delivery.Kind;
import io.fleetcommand.processor.replies.Delivery.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay with one consumer and one producer, from their start to their first failure. Each target has a queue of its
 * own; what one target does not take holds up no other: the producer never blocks, reading waits only for targets that
 * keep up, and those that do not share half of the room. A copy is done when its target has acknowledged it, or when the
 * note that it was given up is written. Confined to the relay's thread, but for the ends of sends and of notes, which
 * come by a queue.
 */
final class RelaySession {
    private static final Logger LOG = LoggerFactory.getLogger(RelaySession.class);
    private static final Duration COMMIT = Duration.ofMillis(500);
    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(5);
    private static final Duration RETRY_POLL = Duration.ofMillis(5);
    private static final Duration BUSY_POLL = Duration.ofMillis(20);
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final int MAX_TARGETS = 10_000;
    private static final Backoff RETRIES = new Backoff(10, 2, 1_000, 0);
    private static final Backoff RESTS = new Backoff(5_000, 2, 60_000, 0.3);
    private static final byte[] NOTHING = {};

    private final RelayTopics topics;
    private final RelayLimits limits;
    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final NoteCodec notes;
    private final Executor noteThread;
    private final ReplyObserver observer;
    private final GivenUpLog log;
    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private final Offsets offsets = new Offsets();
    private final Map<ReplyTarget.Key, ReplyTarget> targets = new HashMap<>();
    private final ReplyTarget noteTarget;
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
    private int notesToWrite;
    private int late;
    private long lateBytes;
    private long committedNanos;

    /** @param noteThread encodes notes, which may have to ask the schema registry */
    RelaySession(
            RelayTopics topics,
            RelayLimits limits,
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            NoteCodec notes,
            Executor noteThread,
            ReplyObserver observer,
            GivenUpLog log,
            LongSupplier nanoTime,
            DoubleSupplier random) {
        this.topics = topics;
        this.limits = limits;
        this.consumer = consumer;
        this.producer = producer;
        this.notes = notes;
        this.noteThread = noteThread;
        this.observer = observer;
        this.log = log;
        this.nanoTime = nanoTime;
        this.random = random;
        this.noteTarget = target(new ReplyTarget.Key(topics.failedRequests(), ReplyTo.ANY_PARTITION));
        this.committedNanos = nanoTime.getAsLong();
    }

    void start() {
        consumer.subscribe(List.of(topics.replies()), new Moves());
    }

    /** Reads, sends and commits what is due. */
    void round() {
        step();
        pauseOrResume();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(pollFor())) {
            accept(record);
        }
        step();
        commitIfDue();
    }

    /** Ends what is outstanding, as far as the limit allows, and commits. */
    void drain(Duration limit) {
        long endNanos = nanoTime.getAsLong() + limit.toNanos();
        while (isBusy() && nanoTime.getAsLong() - endNanos < 0) {
            step();
            consumer.pause(consumer.assignment());
            // Nothing comes: the poll keeps this member in its group.
            consumer.poll(BUSY_POLL);
        }
        commitNow();
    }

    private boolean isBusy() {
        return notesToWrite > 0 || targets.values().stream().anyMatch(target -> target.outstanding() > 0);
    }

    private void step() {
        for (Runnable event = events.poll(); event != null; event = events.poll()) {
            event.run();
        }
        long nowNanos = nanoTime.getAsLong();
        for (ReplyTarget target : List.copyOf(targets.values())) {
            removeOverdue(target, nowNanos);
            send(target, nowNanos);
        }
        forget(nowNanos);
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) {
        long nowNanos = nanoTime.getAsLong();
        Source source = offsets.begin(new TopicPartition(record.topic(), record.partition()), record.offset());
        Optional<ReplyEnvelope> envelope = envelope(record);
        if (envelope.isEmpty()) {
            observer.givenUp(ReplyFailure.MALFORMED);
            log.givenUp(topics.unnamed(), ReplyFailure.MALFORMED, nowNanos);
            offsets.done(source);
            return;
        }
        ReplyTo to = envelope.get().to();
        Delivery copy = new Delivery(
                source,
                Kind.COPY,
                envelope.get(),
                record.key() == null ? NOTHING : record.key(),
                record.value(),
                nowNanos);
        enqueue(target(new ReplyTarget.Key(to.topic(), to.partition())), copy, nowNanos);
    }

    private Optional<ReplyEnvelope> envelope(ConsumerRecord<byte[], byte[]> record) {
        List<ReplyTo.Header> headers = StreamSupport.stream(record.headers().spliterator(), false)
                .filter(header -> header.value() != null)
                .map(header -> new ReplyTo.Header(header.key(), header.value()))
                .toList();
        return record.value() == null
                ? Optional.empty()
                : ReplyEnvelope.parse(headers)
                        .filter(envelope -> topics.isOpen(envelope.to().topic()));
    }

    private void enqueue(ReplyTarget target, Delivery copy, long nowNanos) {
        Optional<ReplyFailure> closed = target.closedBy(nowNanos);
        if (closed.isPresent()) {
            giveUp(copy, closed.get(), nowNanos);
        } else if (target.isPrompt(nowNanos)) {
            target.add(copy);
        } else if (target.outstanding() < limits.queueMax()
                && target.bytes() + copy.bytes() <= limits.queueMaxBytes()
                && isRoomFor(target, nowNanos)) {
            late++;
            lateBytes += copy.bytes();
            target.add(copy);
        } else {
            giveUp(copy, ReplyFailure.QUEUE_FULL, nowNanos);
        }
    }

    /** Of the targets that do not keep up, whichever has the most outstanding gives way. */
    private boolean isRoomFor(ReplyTarget newest, long nowNanos) {
        if (late < limits.totalMax() / 2 && lateBytes < limits.totalMaxBytes() / 2) {
            return true;
        }
        Optional<Delivery> removed = targets.values().stream()
                .filter(target -> target != noteTarget && target.isWaiting() && !target.isPrompt(nowNanos))
                .max(Comparator.comparingLong(ReplyTarget::bytes))
                .filter(largest -> largest.bytes() > newest.bytes())
                .flatMap(ReplyTarget::removeLast);
        removed.ifPresent(delivery -> {
            late--;
            lateBytes -= delivery.bytes();
            giveUp(delivery, ReplyFailure.QUEUE_FULL, nowNanos);
        });
        return removed.isPresent();
    }

    /** Reading waits while those that keep up have their room full: they will have taken it in a moment. */
    private void pauseOrResume() {
        long nowNanos = nanoTime.getAsLong();
        int prompt = 0;
        long promptBytes = 0;
        boolean full = false;
        late = 0;
        lateBytes = 0;
        for (ReplyTarget target : targets.values()) {
            if (target == noteTarget) {
                continue;
            }
            if (target.isPrompt(nowNanos)) {
                prompt += target.outstanding();
                promptBytes += target.bytes();
                full |= target.outstanding() >= limits.queueMax() || target.bytes() >= limits.queueMaxBytes();
            } else {
                late += target.outstanding();
                lateBytes += target.bytes();
            }
        }
        if (full || prompt >= limits.totalMax() / 2 || promptBytes >= limits.totalMaxBytes() / 2) {
            consumer.pause(consumer.assignment());
        } else {
            consumer.resume(consumer.paused());
        }
    }

    private Duration pollFor() {
        long soonNanos = nanoTime.getAsLong() + BUSY_POLL.toNanos();
        boolean due = false;
        boolean busy = notesToWrite > 0;
        for (ReplyTarget target : targets.values()) {
            due |= target.next(soonNanos).isPresent();
            busy |= target.outstanding() > 0;
        }
        if (due) {
            return RETRY_POLL;
        }
        return busy ? BUSY_POLL : IDLE_POLL;
    }

    private void send(ReplyTarget target, long nowNanos) {
        Optional<Delivery> next = target.next(nowNanos);
        while (next.isPresent() && send(target, next.get(), nowNanos)) {
            next = target.next(nowNanos);
        }
    }

    /** @return whether the producer has taken it */
    private boolean send(ReplyTarget target, Delivery delivery, long nowNanos) {
        ReplyTo to = delivery.envelope().to();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                target.key().topic(),
                target.key().partition() < 0 ? null : target.key().partition(),
                delivery.key(),
                delivery.value());
        to.echoed().forEach(header -> record.headers().add(header.name(), header.bytes()));
        Handover handover = new Handover(target, delivery);
        producer.send(record, (written, failure) -> handover.ended(failure));
        handover.returned = true;
        if (handover.notTaken.isPresent()) {
            target.notTaken(Failures.ofHandingOver(handover.notTaken.get()), nowNanos, random.getAsDouble());
            return false;
        }
        target.sent(delivery);
        return true;
    }

    /** One record on its way through the producer, which never blocks: what it cannot take at once it refuses at once. */
    private final class Handover {
        private final ReplyTarget target;
        private final Delivery delivery;
        private volatile boolean returned;
        private Optional<TimeoutException> notTaken = Optional.empty();

        Handover(ReplyTarget target, Delivery delivery) {
            this.target = target;
            this.delivery = delivery;
        }

        /** On the relay's thread while the producer has not returned, else on the producer's. */
        void ended(Exception failure) {
            if (!returned && failure instanceof TimeoutException refused) {
                notTaken = Optional.of(refused);
            } else {
                events.add(() -> sent(target, delivery, Optional.ofNullable(failure)));
            }
        }
    }

    private void sent(ReplyTarget target, Delivery delivery, Optional<Exception> failure) {
        if (failure.isEmpty()) {
            target.acknowledged(delivery);
            if (delivery.kind() == Kind.COPY) {
                observer.sent();
            } else {
                notesToWrite--;
            }
            offsets.done(delivery.from());
            return;
        }
        ReplyFailure cause = Failures.ofDelivery(failure.get());
        long nowNanos = nanoTime.getAsLong();
        target.ended(delivery);
        if (cause != ReplyFailure.REFUSED) {
            target.failed(cause, nowNanos, random.getAsDouble());
        }
        LOG.debug("{} not written to {}", delivery.kind(), target.key(), failure.get());
        giveUp(delivery, cause, nowNanos);
    }

    /** What has waited for too long, or would fail anyway. */
    private void removeOverdue(ReplyTarget target, long nowNanos) {
        Optional<ReplyFailure> closed = target.closedBy(nowNanos);
        while (closed.isPresent() && target.isWaiting()) {
            target.removeNext().ifPresent(delivery -> giveUp(delivery, closed.get(), nowNanos));
        }
        Optional<Delivery> overdue = target.removeOlderThan(limits.timeoutNanos(), nowNanos);
        while (overdue.isPresent()) {
            ReplyFailure cause = target.delayedBy();
            target.failed(cause, nowNanos, random.getAsDouble());
            giveUp(overdue.get(), cause, nowNanos);
            overdue = target.removeOlderThan(limits.timeoutNanos(), nowNanos);
        }
    }

    private void giveUp(Delivery delivery, ReplyFailure cause, long nowNanos) {
        if (delivery.kind() == Kind.NOTE) {
            noteFailed(delivery, cause);
            return;
        }
        if (!offsets.isOpen(delivery.from())) {
            // The partition has moved, and its new owner sends it again.
            return;
        }
        observer.givenUp(cause);
        log.givenUp(delivery.envelope(), cause, nowNanos);
        if (notesToWrite >= limits.totalMax()) {
            LOG.debug(
                    "no note of request {}: too many wait", delivery.envelope().requestId());
            offsets.done(delivery.from());
            return;
        }
        notesToWrite++;
        noteThread.execute(() -> encodeNote(delivery, cause));
    }

    /** On the notes' thread. */
    private void encodeNote(Delivery copy, ReplyFailure cause) {
        try {
            byte[] note = notes.note(copy.envelope(), copy.value(), cause);
            events.add(() -> noteTarget.add(copy.asNote(note, nanoTime.getAsLong())));
        } catch (RuntimeException unreadable) {
            LOG.warn("no note in {} of a copy that was given up: {}", topics.failedRequests(), unreadable.getMessage());
            events.add(() -> {
                notesToWrite--;
                offsets.done(copy.from());
            });
        }
    }

    /**
     * @throws IllegalStateException unless notes may not be written at all: then it is Kafka that is ill, and what was
     *     given up is tried again from the position committed last
     */
    private void noteFailed(Delivery note, ReplyFailure cause) {
        if (cause != ReplyFailure.DENIED && cause != ReplyFailure.REFUSED) {
            throw new IllegalStateException(
                    "notes in " + topics.failedRequests() + " cannot be written: " + cause.why());
        }
        LOG.warn("no note in {} of a copy that was given up: {}", topics.failedRequests(), cause.why());
        notesToWrite--;
        offsets.done(note.from());
    }

    private ReplyTarget target(ReplyTarget.Key key) {
        return targets.computeIfAbsent(key, none -> new ReplyTarget(key, RETRIES, RESTS, nanoTime.getAsLong()));
    }

    private void forget(long nowNanos) {
        long idleNanos = targets.size() > MAX_TARGETS ? 0 : REMEMBERED.toNanos();
        targets.values().removeIf(target -> target != noteTarget && target.isForgettable(idleNanos, nowNanos));
    }

    private void commitIfDue() {
        long nowNanos = nanoTime.getAsLong();
        if (nowNanos - committedNanos >= COMMIT.toNanos()) {
            committedNanos = nowNanos;
            Map<TopicPartition, OffsetAndMetadata> moved = moved();
            if (!moved.isEmpty()) {
                consumer.commitAsync(moved, (positions, failure) -> {
                    if (failure != null) {
                        LOG.debug("positions not committed; the next ones will be", failure);
                    }
                });
            }
        }
    }

    /** What is not committed is sent once more, by whoever reads the partition next. */
    private void commitNow() {
        Map<TopicPartition, OffsetAndMetadata> moved = moved();
        if (moved.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(moved, COMMIT_LIMIT);
        } catch (CommitFailedException | RebalanceInProgressException | RetriableException notCommitted) {
            LOG.info(
                    "some copies may be sent twice, for their positions could not be committed: {}",
                    notCommitted.getMessage());
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> moved() {
        Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
        offsets.moved().forEach((partition, offset) -> moved.put(partition, new OffsetAndMetadata(offset)));
        return moved;
    }

    /** Partitions go to other instances, which send what is not committed. Called within the consumer's poll. */
    private final class Moves implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            LOG.debug("reads {}", partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            commitNow();
            forget(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            forget(partitions);
        }

        private void forget(Collection<TopicPartition> partitions) {
            Set<TopicPartition> gone = Set.copyOf(partitions);
            offsets.forget(gone);
            for (ReplyTarget target : new ArrayList<>(targets.values())) {
                if (target != noteTarget) {
                    target.removeIf(delivery -> gone.contains(delivery.from().partition()));
                }
            }
        }
    }
}
