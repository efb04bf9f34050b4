package io.fleetcommand.processor.streams;

import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.Closed;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Finished;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.processor.core.Action;
import io.fleetcommand.processor.core.Clamped;
import io.fleetcommand.processor.core.Closing;
import io.fleetcommand.processor.core.Fact;
import io.fleetcommand.processor.core.Guarantee;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Outcome;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.ReplyTo;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.Status;
import io.fleetcommand.processor.core.Validity;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** From the published records to the core's words, with every default filled in. */
public final class RecordReader {
    private static final long LONGEST_MS = Duration.ofDays(365).toMillis();

    private final Deserializer<?> deserializer;
    private final String product;
    private final long timeToLiveMs;

    /**
     * @param deserializer reads the Confluent wire format into the generated classes
     * @param product the product of requests that name none
     * @param timeToLiveMs how long after it was made a request is worth running, unless it says otherwise
     */
    public RecordReader(Deserializer<?> deserializer, String product, long timeToLiveMs) {
        this.deserializer = deserializer;
        this.product = product;
        this.timeToLiveMs = timeToLiveMs;
    }

    Decoded<Request> command(Arrival arrival, ReplyTo replyTo) {
        return decode(arrival, DeviceCommand.class, command -> request(command, arrival.topic(), replyTo));
    }

    Decoded<Request> poll(Arrival arrival, ReplyTo replyTo) {
        return decode(arrival, VariablePoll.class, poll -> request(poll, arrival.topic(), replyTo));
    }

    /** The id of the request that is to be cancelled. */
    Decoded<String> cancellation(Arrival arrival) {
        return checked(
                        decode(arrival, Cancellation.class, Function.identity()),
                        given -> Validity.cancellationFault(
                                given.getRequestId(), given.getDeviceId(), given.getRequester(), arrival.keyText()))
                .map(Cancellation::getRequestId);
    }

    Decoded<Fact> fact(Arrival arrival) {
        return checked(decode(arrival, AttemptEvent.class, RecordReader::fact), Validity::fault);
    }

    private static <T> Decoded<T> checked(Decoded<T> decoded, Function<T, Optional<Validity.Fault>> check) {
        return decoded instanceof Decoded.Good<T> good
                ? check.apply(good.value())
                        .<Decoded<T>>map(fault -> new Decoded.Bad<>(fault.reason(), fault.detail()))
                        .orElse(decoded)
                : decoded;
    }

    /**
     * @throws SerializationException if the schema registry is away: the bytes may be good, so the stream must not go
     *     on without them
     */
    private <A, T> Decoded<T> decode(Arrival arrival, Class<A> type, Function<A, T> meaning) {
        if (!arrival.hasValue()) {
            return new Decoded.Bad<>(Reason.NO_VALUE, "the record has no value");
        }
        if (arrival.isTooLong()) {
            return new Decoded.Bad<>(
                    Reason.OUT_OF_RANGE,
                    "the record has a key of " + arrival.key().length + " and a value of " + arrival.value().length
                            + " bytes; at most " + Arrival.MOST_BYTES + " together are read");
        }
        Object record;
        try {
            record = deserializer.deserialize(arrival.topic(), arrival.headers(), arrival.value());
        } catch (SerializationException unreadable) {
            if (isAnyCause(unreadable, RecordReader::saysSchemaIsUnknown)) {
                return new Decoded.Bad<>(Reason.UNKNOWN_SCHEMA, unreadable.getMessage());
            }
            if (isAnyCause(unreadable, RecordReader::isTroubleWithTheRegistry)) {
                throw unreadable;
            }
            return new Decoded.Bad<>(Reason.UNREADABLE, unreadable.getMessage());
        }
        return type.isInstance(record)
                ? new Decoded.Good<>(meaning.apply(type.cast(record)))
                : new Decoded.Bad<>(
                        Reason.UNREADABLE,
                        "the value is a " + record.getClass().getSimpleName() + ", not a " + type.getSimpleName());
    }

    /** By the registry's own error code, which our client and Confluent's both repeat. */
    private static boolean saysSchemaIsUnknown(Throwable cause) {
        return String.valueOf(cause.getMessage()).contains("40403");
    }

    /** Our client and Confluent's both tell so by the cause; an EOFException comes from a value that is too short. */
    private static boolean isTroubleWithTheRegistry(Throwable cause) {
        return cause instanceof IOException && !(cause instanceof EOFException)
                || cause.getClass().getSimpleName().equals("RestClientException");
    }

    private static boolean isAnyCause(Throwable failure, Predicate<Throwable> what) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).anyMatch(what);
    }

    private Request request(DeviceCommand command, String source, ReplyTo replyTo) {
        return new Request(
                command.getRequestId(),
                command.getDeviceId(),
                Optional.ofNullable(command.getProduct()).orElse(product),
                new Action.Call(command.getFunction(), command.getArgument()),
                Guarantee.valueOf(command.getGuarantee().name()),
                Lane.valueOf(command.getPriority().name()),
                deadlineMs(command.getDeadline(), command.getCreatedAt()),
                Optional.ofNullable(command.getNotBefore())
                        .map(RecordReader::epochMs)
                        .orElse(0L),
                command.getMaxAttempts(),
                command.getRequester(),
                Optional.ofNullable(command.getReplayOf()).orElse(""),
                epochMs(command.getCreatedAt()),
                source,
                replyTo);
    }

    private Request request(VariablePoll poll, String source, ReplyTo replyTo) {
        return new Request(
                poll.getRequestId(),
                poll.getDeviceId(),
                Optional.ofNullable(poll.getProduct()).orElse(product),
                new Action.Read(poll.getVariable(), poll.getMaxAgeMs()),
                Guarantee.AT_LEAST_ONCE,
                Lane.valueOf(poll.getPriority().name()),
                deadlineMs(poll.getDeadline(), poll.getCreatedAt()),
                0,
                poll.getMaxAttempts(),
                poll.getRequester(),
                Optional.ofNullable(poll.getReplayOf()).orElse(""),
                epochMs(poll.getCreatedAt()),
                source,
                replyTo);
    }

    private long deadlineMs(Instant deadline, Instant createdAt) {
        return Optional.ofNullable(deadline)
                .map(RecordReader::epochMs)
                .orElseGet(() -> Clamped.sum(epochMs(createdAt), timeToLiveMs));
    }

    /** Any time at all, or the last or first that can be told in milliseconds. */
    private static long epochMs(Instant time) {
        try {
            return time.toEpochMilli();
        } catch (ArithmeticException beyond) {
            return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** How long something took: what no call takes is a number from nowhere. */
    private static long tookMs(long ms) {
        return Math.max(0, Math.min(ms, LONGEST_MS));
    }

    private static Fact fact(AttemptEvent line) {
        String id = line.getRequestId();
        int attempt = line.getAttempt();
        String epoch = line.getEpoch();
        if (line.getEvent() instanceof Claimed claimed) {
            return new Fact.Claimed(id, attempt, epoch, epochMs(claimed.getClaimedAt()));
        }
        if (line.getEvent() instanceof Closed closed) {
            Closing closing = new Closing(
                    Status.valueOf(closed.getStatus().name()),
                    Reason.valueOf(closed.getReason().name()));
            return new Fact.Closed(id, attempt, epoch, closing, epochMs(closed.getClosedAt()));
        }
        Finished finished = (Finished) line.getEvent();
        return new Fact.Finished(
                id, attempt, epoch, outcome(finished), tookMs(finished.getHeldMs()), epochMs(finished.getFinishedAt()));
    }

    private static Outcome outcome(Finished finished) {
        return new Outcome(
                Outcome.Kind.valueOf(finished.getOutcome().name()),
                Reason.valueOf(finished.getReason().name()),
                finished.getDetail(),
                Values.of(finished.getValue()),
                Optional.ofNullable(finished.getHttpStatus()).orElse(0),
                Optional.ofNullable(finished.getRetryAfterMs()).orElse(0L),
                finished.getCounted(),
                tookMs(finished.getCloudMs()));
    }
}
