package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ports.ReplyFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;

/** Maps exceptions of the producer to the reason why a target failed. */
final class Failures {
    private static final Map<ReplyFailure, List<Class<? extends Exception>>> CAUSES = Map.of(
            ReplyFailure.UNKNOWN_TOPIC,
            List.of(UnknownTopicOrPartitionException.class, InvalidTopicException.class, UnknownTopicIdException.class),
            ReplyFailure.DENIED,
            List.of(AuthorizationException.class),
            ReplyFailure.TOO_FEW_REPLICAS,
            List.of(NotEnoughReplicasException.class, NotEnoughReplicasAfterAppendException.class),
            ReplyFailure.REFUSED,
            List.of(
                    RecordTooLargeException.class,
                    RecordBatchTooLargeException.class,
                    InvalidTimestampException.class,
                    InvalidRecordException.class,
                    CorruptRecordException.class,
                    PolicyViolationException.class,
                    UnsupportedForMessageFormatException.class));

    private Failures() {}

    /** The reason why a record that the producer accepted was not delivered. */
    static ReplyFailure ofDelivery(Throwable failure) {
        return known(failure)
                .or(() -> Optional.ofNullable(failure.getCause()).flatMap(Failures::known))
                .orElse(
                        failure instanceof TimeoutException || failure instanceof RetriableException
                                ? ReplyFailure.TIMED_OUT
                                : ReplyFailure.OTHER);
    }

    /**
     * The reason why the producer did not accept a record: it has no metadata of the topic yet, or its buffer is
     * exhausted.
     */
    static ReplyFailure ofSend(TimeoutException timeout) {
        return timeout instanceof BufferExhaustedException
                ? ReplyFailure.TIMED_OUT
                : Optional.ofNullable(timeout.getCause())
                        .flatMap(Failures::known)
                        .orElse(ReplyFailure.UNKNOWN_TOPIC);
    }

    private static Optional<ReplyFailure> known(Throwable failure) {
        return CAUSES.entrySet().stream()
                .filter(cause -> cause.getValue().stream().anyMatch(type -> type.isInstance(failure)))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
