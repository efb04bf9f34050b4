package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.core.ports.ReplyObserver;
import io.fleetcommand.processor.core.request.ReplyEnvelope;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.replies.Delivery.Kind;
import io.fleetcommand.processor.replies.Delivery.Source;
import io.fleetcommand.service.Backoff;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
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
    private static final Duration RETRY_POLL = Duration.ofMillis(5);
    private static final Duration BUSY_POLL = Duration.ofMillis(20);
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Backoff SEND_RETRY = new Backoff(10, 2, 1_000, 0);
    private static final Backoff TARGET_BACKOFF = new Backoff(5_000, 2, 60_000, 0.3);
    private static final byte[] NOTHING = {};

    private final RelayTopics topics;
    private final Consumer<byte[], byte[]> consumer;
    private final ReplyObserver observer;
    private final GivenUpLog log;
    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private final Offsets offsets = new Offsets();
    private final RelayCommits commits;
    private final ReplyTargets targets;
    private final GivenUpNotes notes;
    private final ReplySender sender;
    /** What other threads have reported: ends of sends, and encoded notes. */
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();

    /** @param noteThread encodes notes, which may block on the schema registry */
    RelaySession(
            RelayTopics topics,
            RelayLimits limits,
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            NoteCodec noteCodec,
            Executor noteThread,
            ReplyObserver observer,
            GivenUpLog log,
            LongSupplier nanoTime,
            DoubleSupplier random) {
        this.topics = topics;
        this.consumer = consumer;
        this.observer = observer;
        this.log = log;
        this.nanoTime = nanoTime;
        this.random = random;
        this.commits = new RelayCommits(consumer, offsets, nanoTime);
        this.targets = new ReplyTargets(
                key -> new ReplyTarget(key, SEND_RETRY, TARGET_BACKOFF, nanoTime.getAsLong()),
                limits,
                new ReplyTarget.Key(topics.failedRequests(), ReplyTo.ANY_PARTITION));
        this.notes = new GivenUpNotes(
                topics,
                limits.totalMax(),
                noteCodec,
                noteThread,
                events::add,
                targets.noteTarget(),
                offsets,
                observer,
                log,
                nanoTime);
        this.sender = new ReplySender(producer, events::add, random, this::sendEnded);
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
        commits.commitIfDue();
    }

    /** Completes outstanding deliveries within the limit, and commits. */
    void drain(Duration limit) {
        long endNanos = nanoTime.getAsLong() + limit.toNanos();
        while ((notes.isBusy() || targets.isBusy()) && nanoTime.getAsLong() - endNanos < 0) {
            sendDue();
            consumer.pause(consumer.assignment());
            // All partitions are paused: this poll only keeps the member in its group.
            consumer.poll(BUSY_POLL);
        }
        commits.commitNow();
    }

    private void sendDue() {
        for (Runnable event = events.poll(); event != null; event = events.poll()) {
            event.run();
        }
        long nowNanos = nanoTime.getAsLong();
        for (ReplyTarget target : targets.all()) {
            targets.removeOverdue(target, nowNanos, random).forEach(overdue -> notes.giveUp(overdue, nowNanos));
            sender.send(target, nowNanos);
        }
        targets.forgetIdle(nowNanos);
    }

    private void pauseOrResume() {
        targets.recount(nanoTime.getAsLong());
        if (targets.isFull()) {
            consumer.pause(consumer.assignment());
        } else {
            consumer.resume(consumer.paused());
        }
    }

    private Duration pollFor() {
        if (targets.isDue(nanoTime.getAsLong() + BUSY_POLL.toNanos())) {
            return RETRY_POLL;
        }
        return notes.isBusy() || targets.isBusy() ? BUSY_POLL : IDLE_POLL;
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
        ReplyTarget target = targets.get(new ReplyTarget.Key(replyTo.topic(), replyTo.partition()));
        targets.add(target, copy, nowNanos).ifPresent(givenUp -> notes.giveUp(givenUp, nowNanos));
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

    private void sendEnded(ReplyTarget target, Delivery delivery, Optional<Exception> failure) {
        if (failure.isEmpty()) {
            target.acknowledged(delivery);
            if (delivery.kind() == Kind.NOTE) {
                notes.done(delivery);
            } else {
                observer.sent();
                offsets.done(delivery.from());
            }
            return;
        }
        ReplyFailure cause = Failures.ofDelivery(failure.get());
        long nowNanos = nanoTime.getAsLong();
        target.ended(delivery);
        if (cause != ReplyFailure.REFUSED) {
            target.failed(cause, nowNanos, random.getAsDouble());
        }
        LOG.debug("{} not delivered to {}", delivery.kind(), target.key(), failure.get());
        notes.giveUp(new GivenUp(delivery, cause), nowNanos);
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
            commits.commitNow();
            forget(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            forget(partitions);
        }

        private void forget(Collection<TopicPartition> partitions) {
            Set<TopicPartition> revoked = Set.copyOf(partitions);
            offsets.forget(revoked);
            targets.forget(revoked);
        }
    }
}
