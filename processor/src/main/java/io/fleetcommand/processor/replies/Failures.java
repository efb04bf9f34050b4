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

/** What the producer's exceptions say about a target. */
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

    /** Why a record that the producer had taken was not written. */
    static ReplyFailure ofDelivery(Throwable failure) {
        return known(failure)
                .or(() -> Optional.ofNullable(failure.getCause()).flatMap(Failures::known))
                .orElse(
                        failure instanceof TimeoutException || failure instanceof RetriableException
                                ? ReplyFailure.TIMED_OUT
                                : ReplyFailure.OTHER);
    }

    /** Why the producer did not take a record at once: it knows nothing of the topic yet, or it has no memory left. */
    static ReplyFailure ofHandingOver(TimeoutException notTaken) {
        return notTaken instanceof BufferExhaustedException
                ? ReplyFailure.TIMED_OUT
                : Optional.ofNullable(notTaken.getCause())
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
