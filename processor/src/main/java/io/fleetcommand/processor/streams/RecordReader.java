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
import io.fleetcommand.processor.core.FactRange;
import io.fleetcommand.processor.core.Guarantee;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Outcome;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.ReplyTo;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.RequestKey;
import io.fleetcommand.processor.core.Status;
import io.fleetcommand.processor.core.Validity;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** From the published records to the core's words, with every default filled in. */
public final class RecordReader {
    private final SchemaLookups schemas;
    private final String product;
    private final long timeToLiveMs;

    /**
     * @param schemas decodes the Confluent wire format into the generated classes
     * @param product the product of requests that name none
     * @param timeToLiveMs how long after it was made a request is worth running, unless it says otherwise
     */
    public RecordReader(SchemaLookups schemas, String product, long timeToLiveMs) {
        this.schemas = schemas;
        this.product = product;
        this.timeToLiveMs = timeToLiveMs;
    }

    Decoded<Request> command(Arrival arrival, ReplyTo replyTo) {
        return decode(
                arrival,
                DeviceCommand.class,
                command -> new Decoded.Good<>(request(command, arrival.topic(), replyTo)));
    }

    Decoded<Request> poll(Arrival arrival, ReplyTo replyTo) {
        return decode(arrival, VariablePoll.class, poll -> new Decoded.Good<>(request(poll, arrival.topic(), replyTo)));
    }

    /** The request that is to be cancelled, wherever the record lies. */
    Decoded<RequestKey> cancellation(Arrival arrival) {
        return decode(
                arrival,
                Cancellation.class,
                given -> Validity.cancellationFault(
                                given.getRequestId(), given.getDeviceId(), given.getRequester(), arrival.keyText())
                        .<Decoded<RequestKey>>map(
                                fault -> new Decoded.Bad<>(fault.reason(), fault.detail(), key(given)))
                        .orElseGet(() -> new Decoded.Good<>(key(given))));
    }

    private static RequestKey key(Cancellation cancellation) {
        return new RequestKey(cancellation.getDeviceId(), cancellation.getRequestId());
    }

    Decoded<Fact> fact(Arrival arrival) {
        return decode(arrival, AttemptEvent.class, RecordReader::inRange);
    }

    private <A, T> Decoded<T> decode(Arrival arrival, Class<A> type, Function<A, Decoded<T>> meaning) {
        if (!arrival.hasValue()) {
            return new Decoded.Bad<>(Reason.NO_VALUE, "the record has no value");
        }
        if (arrival.isTooLong()) {
            return new Decoded.Bad<>(
                    Reason.OUT_OF_RANGE,
                    "the record has a key of " + arrival.key().length + " and a value of " + arrival.value().length
                            + " bytes, and headers of " + arrival.headerBytes() + "; at most " + Arrival.MOST_BYTES
                            + " of key and value together, and as many of headers, are read");
        }
        Decoded<Object> decoded = schemas.read(arrival.topic(), arrival.headers(), arrival.value());
        if (decoded instanceof Decoded.Bad<Object> bad) {
            return new Decoded.Bad<>(bad.reason(), bad.detail());
        }
        if (decoded instanceof Decoded.Pending<Object> pending) {
            return new Decoded.Pending<>(pending.schemaId());
        }
        Object record = ((Decoded.Good<Object>) decoded).value();
        return type.isInstance(record)
                ? meaning.apply(type.cast(record))
                : new Decoded.Bad<>(
                        Reason.UNREADABLE,
                        "the value is a " + record.getClass().getSimpleName() + ", not a " + type.getSimpleName());
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

    private static Decoded<Fact> inRange(AttemptEvent line) {
        Fact fact = fact(line);
        return FactRange.fault(fact)
                .<Decoded<Fact>>map(fault -> new Decoded.Bad<>(Reason.UNREADABLE, fault, fact.key()))
                .orElseGet(() -> new Decoded.Good<>(FactRange.limited(fact)));
    }

    private static Fact fact(AttemptEvent line) {
        RequestKey key = new RequestKey(line.getDeviceId(), line.getRequestId());
        int attempt = line.getAttempt();
        String epoch = line.getEpoch();
        if (line.getEvent() instanceof Claimed claimed) {
            return new Fact.Claimed(key, attempt, epoch, epochMs(claimed.getClaimedAt()));
        }
        if (line.getEvent() instanceof Closed closed) {
            Closing closing = new Closing(
                    Status.valueOf(closed.getStatus().name()),
                    Reason.valueOf(closed.getReason().name()));
            return new Fact.Closed(key, attempt, epoch, closing, epochMs(closed.getClosedAt()));
        }
        Finished finished = (Finished) line.getEvent();
        return new Fact.Finished(
                key, attempt, epoch, outcome(finished), finished.getHeldMs(), epochMs(finished.getFinishedAt()));
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
                finished.getCloudMs());
    }
}
