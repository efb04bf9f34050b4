package io.fleetcommand.processor.replies;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Sends the deliveries of targets with a producer that never blocks: a record that it cannot accept at once stays in
 * its queue. Confined to the relay's thread, except that sends end on the producer's.
 */
final class ReplySender {
    private final Producer<byte[], byte[]> producer;
    private final Executor relayThread;
    private final DoubleSupplier random;
    private final Completion completion;

    /** Receives the end of each send, on the relay's thread. */
    @FunctionalInterface
    interface Completion {
        /** @param failure empty if the delivery was acknowledged */
        void ended(ReplyTarget target, Delivery delivery, Optional<Exception> failure);
    }

    /** @param relayThread runs what the producer's thread reports */
    ReplySender(Producer<byte[], byte[]> producer, Executor relayThread, DoubleSupplier random, Completion completion) {
        this.producer = producer;
        this.relayThread = relayThread;
        this.random = random;
        this.completion = completion;
    }

    /** Sends the deliveries of a target that are due, until the producer does not accept one. */
    void send(ReplyTarget target, long nowNanos) {
        Optional<Delivery> next = target.next(nowNanos);
        while (next.isPresent() && send(target, next.get(), nowNanos)) {
            next = target.next(nowNanos);
        }
    }

    /** @return whether the producer accepted it */
    private boolean send(ReplyTarget target, Delivery delivery, long nowNanos) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                target.key().topic(),
                target.key().partition() < 0 ? null : target.key().partition(),
                delivery.key(),
                delivery.value());
        delivery.envelope().to().echoed().forEach(header -> record.headers().add(header.name(), header.bytes()));
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

    /** One send. A record that the producer does not accept fails within the call of {@code send}. */
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
                relayThread.execute(() -> completion.ended(target, delivery, Optional.ofNullable(failure)));
            }
        }
    }
}
