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
 * One run of the relay with one consumer and one producer, until their first failure. Each target has a queue of its
 * own, so that a slow target does not hold up the others: the producer never blocks, consuming pauses only for targets
 * that keep up, and the slow targets share half of the buffer. A copy is done when its target has acknowledged it, or
 * when the note that it was given up is written.
 *
 * <p>Confined to the relay's thread, except that completions of sends and encoded notes arrive through a queue.
 */
final class RelaySession {
    private static final Logger LOG = LoggerFactory.getLogger(RelaySession.class);
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY_POLL = Duration.ofMillis(5);
    private static final Duration BUSY_POLL = Duration.ofMillis(20);
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration TARGET_IDLE_TTL = Duration.ofMinutes(5);
    private static final int MAX_TARGETS = 10_000;
    private static final Backoff SEND_RETRY = new Backoff(10, 2, 1_000, 0);
    private static final Backoff TARGET_BACKOFF = new Backoff(5_000, 2, 60_000, 0.3);
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
    private int slow;
    private long slowBytes;
    private long committedNanos;

    /** @param noteThread encodes notes, which may block on the schema registry */
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
        consumer.subscribe(List.of(topics.replies()), new RebalanceListener());
    }

    /** One iteration: polls, sends and commits what is due. */
    void runOnce() {
        sendDue();
        pauseOrResume();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(pollFor())) {
            accept(record);
        }
        sendDue();
        commitIfDue();
    }

    /** Completes outstanding deliveries within the limit, and commits. */
    void drain(Duration limit) {
        long endNanos = nanoTime.getAsLong() + limit.toNanos();
        while (isBusy() && nanoTime.getAsLong() - endNanos < 0) {
            sendDue();
            consumer.pause(consumer.assignment());
            // All partitions are paused: this poll only keeps the member in its group.
            consumer.poll(BUSY_POLL);
        }
        commitNow();
    }

    private boolean isBusy() {
        return notesToWrite > 0 || targets.values().stream().anyMatch(target -> target.outstanding() > 0);
    }

    private void sendDue() {
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
        ReplyTo replyTo = envelope.get().to();
        Delivery copy = new Delivery(
                source,
                Kind.COPY,
                envelope.get(),
                record.key() == null ? NOTHING : record.key(),
                record.value(),
                nowNanos);
        enqueue(target(new ReplyTarget.Key(replyTo.topic(), replyTo.partition())), copy, nowNanos);
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
        Optional<ReplyFailure> blocked = target.blockedBy(nowNanos);
        if (blocked.isPresent()) {
            giveUp(copy, blocked.get(), nowNanos);
        } else if (target.isPrompt(nowNanos)) {
            target.add(copy);
        } else if (target.outstanding() < limits.queueMax()
                && target.bytes() + copy.bytes() <= limits.queueMaxBytes()
                && isRoomFor(target, nowNanos)) {
            slow++;
            slowBytes += copy.bytes();
            target.add(copy);
        } else {
            giveUp(copy, ReplyFailure.QUEUE_FULL, nowNanos);
        }
    }

    /**
     * Makes room for a slow target within the shared buffer of slow targets: the slow target with the most bytes
     * outstanding loses its last copy, if it has more than this one.
     */
    private boolean isRoomFor(ReplyTarget candidate, long nowNanos) {
        if (slow < limits.totalMax() / 2 && slowBytes < limits.totalMaxBytes() / 2) {
            return true;
        }
        Optional<Delivery> removed = targets.values().stream()
                .filter(target -> target != noteTarget && target.isWaiting() && !target.isPrompt(nowNanos))
                .max(Comparator.comparingLong(ReplyTarget::bytes))
                .filter(largest -> largest.bytes() > candidate.bytes())
                .flatMap(ReplyTarget::removeLast);
        removed.ifPresent(delivery -> {
            slow--;
            slowBytes -= delivery.bytes();
            giveUp(delivery, ReplyFailure.QUEUE_FULL, nowNanos);
        });
        return removed.isPresent();
    }

    /**
     * Pauses consuming while the targets that keep up have filled their part of the buffer, which they will soon drain.
     */
    private void pauseOrResume() {
        long nowNanos = nanoTime.getAsLong();
        int prompt = 0;
        long promptBytes = 0;
        boolean full = false;
        slow = 0;
        slowBytes = 0;
        for (ReplyTarget target : targets.values()) {
            if (target == noteTarget) {
                continue;
            }
            if (target.isPrompt(nowNanos)) {
                prompt += target.outstanding();
                promptBytes += target.bytes();
                full |= target.outstanding() >= limits.queueMax() || target.bytes() >= limits.queueMaxBytes();
            } else {
                slow += target.outstanding();
                slowBytes += target.bytes();
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

    /** @return whether the producer accepted it */
    private boolean send(ReplyTarget target, Delivery delivery, long nowNanos) {
        ReplyTo replyTo = delivery.envelope().to();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                target.key().topic(),
                target.key().partition() < 0 ? null : target.key().partition(),
                delivery.key(),
                delivery.value());
        replyTo.echoed().forEach(header -> record.headers().add(header.name(), header.bytes()));
        PendingSend pendingSend = new PendingSend(target, delivery);
        producer.send(record, (metadata, failure) -> pendingSend.ended(failure));
        pendingSend.returned = true;
        if (pendingSend.rejection.isPresent()) {
            target.notTaken(Failures.ofSend(pendingSend.rejection.get()), nowNanos, random.getAsDouble());
            return false;
        }
        target.sent(delivery);
        return true;
    }

    /** One send. The producer never blocks: a record that it cannot accept at once fails within the call. */
    private final class PendingSend {
        private final ReplyTarget target;
        private final Delivery delivery;
        private volatile boolean returned;
        private Optional<TimeoutException> rejection = Optional.empty();

        PendingSend(ReplyTarget target, Delivery delivery) {
            this.target = target;
            this.delivery = delivery;
        }

        /** Runs on the relay's thread before {@code send} has returned, else on the producer's. */
        void ended(Exception failure) {
            if (!returned && failure instanceof TimeoutException refused) {
                rejection = Optional.of(refused);
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
        LOG.debug("{} not delivered to {}", delivery.kind(), target.key(), failure.get());
        giveUp(delivery, cause, nowNanos);
    }

    /** Gives up deliveries that have timed out, or that would fail anyway. */
    private void removeOverdue(ReplyTarget target, long nowNanos) {
        Optional<ReplyFailure> blocked = target.blockedBy(nowNanos);
        while (blocked.isPresent() && target.isWaiting()) {
            target.removeNext().ifPresent(delivery -> giveUp(delivery, blocked.get(), nowNanos));
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
            // The partition was revoked; its new owner sends the copy again.
            return;
        }
        observer.givenUp(cause);
        log.givenUp(delivery.envelope(), cause, nowNanos);
        if (notesToWrite >= limits.totalMax()) {
            LOG.debug(
                    "no note of request {}: too many notes are pending",
                    delivery.envelope().requestId());
            offsets.done(delivery.from());
            return;
        }
        notesToWrite++;
        noteThread.execute(() -> encodeNote(delivery, cause));
    }

    /** Runs on the note thread. */
    private void encodeNote(Delivery copy, ReplyFailure cause) {
        try {
            byte[] note = notes.note(copy.envelope(), copy.value(), cause);
            events.add(() -> noteTarget.add(copy.asNote(note, nanoTime.getAsLong())));
        } catch (RuntimeException failure) {
            LOG.warn(
                    "note of an undelivered reply not written to {}: {}",
                    topics.failedRequests(),
                    failure.getMessage());
            events.add(() -> {
                notesToWrite--;
                offsets.done(copy.from());
            });
        }
    }

    /**
     * @throws IllegalStateException unless writing notes is denied or the record refused: any other failure is one of
     *     Kafka, and the copies are relayed again from the last committed offsets
     */
    private void noteFailed(Delivery note, ReplyFailure cause) {
        if (cause != ReplyFailure.DENIED && cause != ReplyFailure.REFUSED) {
            throw new IllegalStateException(
                    "notes in " + topics.failedRequests() + " cannot be written: " + cause.why());
        }
        LOG.warn("note of an undelivered reply not written to {}: {}", topics.failedRequests(), cause.why());
        notesToWrite--;
        offsets.done(note.from());
    }

    private ReplyTarget target(ReplyTarget.Key key) {
        return targets.computeIfAbsent(
                key, none -> new ReplyTarget(key, SEND_RETRY, TARGET_BACKOFF, nanoTime.getAsLong()));
    }

    private void forget(long nowNanos) {
        long idleNanos = targets.size() > MAX_TARGETS ? 0 : TARGET_IDLE_TTL.toNanos();
        targets.values().removeIf(target -> target != noteTarget && target.isForgettable(idleNanos, nowNanos));
    }

    private void commitIfDue() {
        long nowNanos = nanoTime.getAsLong();
        if (nowNanos - committedNanos >= COMMIT_INTERVAL.toNanos()) {
            committedNanos = nowNanos;
            Map<TopicPartition, OffsetAndMetadata> committable = committable();
            if (!committable.isEmpty()) {
                consumer.commitAsync(committable, (positions, failure) -> {
                    if (failure != null) {
                        LOG.debug("offsets not committed, retry with the next commit", failure);
                    }
                });
            }
        }
    }

    /** Copies whose offsets are not committed are sent again by the next owner of the partition. */
    private void commitNow() {
        Map<TopicPartition, OffsetAndMetadata> committable = committable();
        if (committable.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(committable, COMMIT_TIMEOUT);
        } catch (CommitFailedException | RebalanceInProgressException | RetriableException notCommitted) {
            LOG.info(
                    "offsets of relayed replies not committed, duplicates are possible: {}", notCommitted.getMessage());
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committable() {
        Map<TopicPartition, OffsetAndMetadata> committable = new HashMap<>();
        offsets.committable().forEach((partition, offset) -> committable.put(partition, new OffsetAndMetadata(offset)));
        return committable;
    }

    /**
     * Commits and drops the copies of partitions that are revoked, since their new owner sends them. Called within the
     * consumer's poll.
     */
    private final class RebalanceListener implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            LOG.debug("rebalance: assigned {}", partitions);
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
            Set<TopicPartition> revoked = Set.copyOf(partitions);
            offsets.forget(revoked);
            for (ReplyTarget target : new ArrayList<>(targets.values())) {
                if (target != noteTarget) {
                    target.removeIf(delivery -> revoked.contains(delivery.from().partition()));
                }
            }
        }
    }
}
