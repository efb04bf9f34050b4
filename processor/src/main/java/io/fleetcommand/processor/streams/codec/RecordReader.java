package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.Closed;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Finished;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.JournalEventValidator;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Termination;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Guarantee;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.RequestValidator;
import io.fleetcommand.processor.core.request.SaturatedMath;
import io.fleetcommand.processor.core.request.Status;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** Converts the published records to the core's types, with every default filled in. Thread-safe. */
public final class RecordReader {
    private final SchemaLookups schemas;
    private final String product;
    private final long timeToLiveMs;

    /**
     * @param schemas decodes the Confluent wire format into the generated classes
     * @param product default product, for requests that name none
     * @param timeToLiveMs time from creation to deadline of requests that name no deadline, in milliseconds
     */
    public RecordReader(SchemaLookups schemas, String product, long timeToLiveMs) {
        this.schemas = schemas;
        this.product = product;
        this.timeToLiveMs = timeToLiveMs;
    }

    public Decoded<Request> command(InboundRecord inbound, ReplyTo replyTo) {
        return decode(
                inbound,
                DeviceCommand.class,
                command -> new Decoded.Good<>(request(command, inbound.topic(), replyTo)));
    }

    public Decoded<Request> poll(InboundRecord inbound, ReplyTo replyTo) {
        return decode(inbound, VariablePoll.class, poll -> new Decoded.Good<>(request(poll, inbound.topic(), replyTo)));
    }

    /** The key of the request to cancel. Does not check the record's partition. */
    public Decoded<RequestKey> cancellation(InboundRecord inbound) {
        return decode(
                inbound,
                Cancellation.class,
                cancellation -> RequestValidator.cancellationFault(
                                cancellation.getRequestId(),
                                cancellation.getDeviceId(),
                                cancellation.getRequester(),
                                inbound.keyText())
                        .<Decoded<RequestKey>>map(
                                fault -> new Decoded.Bad<>(fault.reason(), fault.detail(), key(cancellation)))
                        .orElseGet(() -> new Decoded.Good<>(key(cancellation))));
    }

    private static RequestKey key(Cancellation cancellation) {
        return new RequestKey(cancellation.getDeviceId(), cancellation.getRequestId());
    }

    public Decoded<JournalEvent> journalEvent(InboundRecord inbound) {
        return decode(inbound, AttemptEvent.class, RecordReader::validated);
    }

    private <A, T> Decoded<T> decode(InboundRecord inbound, Class<A> type, Function<A, Decoded<T>> conversion) {
        if (!inbound.hasValue()) {
            return new Decoded.Bad<>(Reason.NO_VALUE, "the record has no value");
        }
        if (inbound.isTooLong()) {
            return new Decoded.Bad<>(
                    Reason.OUT_OF_RANGE,
                    "the record has a key of " + inbound.key().length + " and a value of " + inbound.value().length
                            + " bytes, and headers of " + inbound.headerBytes() + "; at most "
                            + InboundRecord.MAX_BYTES
                            + " of key and value together, and as many of headers, are read");
        }
        Decoded<Object> decoded = schemas.read(inbound.topic(), inbound.headers(), inbound.value());
        if (decoded instanceof Decoded.Bad<Object> bad) {
            return new Decoded.Bad<>(bad.reason(), bad.detail());
        }
        if (decoded instanceof Decoded.Pending<Object> pending) {
            return new Decoded.Pending<>(pending.schemaId());
        }
        Object record = ((Decoded.Good<Object>) decoded).value();
        return type.isInstance(record)
                ? conversion.apply(type.cast(record))
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
                Priority.valueOf(command.getPriority().name()),
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
                Priority.valueOf(poll.getPriority().name()),
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
                .orElseGet(() -> SaturatedMath.sum(epochMs(createdAt), timeToLiveMs));
    }

    /** Epoch milliseconds, saturated to the range of long. */
    private static long epochMs(Instant time) {
        try {
            return time.toEpochMilli();
        } catch (ArithmeticException overflow) {
            return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private static Decoded<JournalEvent> validated(AttemptEvent event) {
        JournalEvent converted = journalEvent(event);
        return JournalEventValidator.fault(converted)
                .<Decoded<JournalEvent>>map(fault -> new Decoded.Bad<>(Reason.UNREADABLE, fault, converted.key()))
                .orElseGet(() -> new Decoded.Good<>(JournalEventValidator.limited(converted)));
    }

    private static JournalEvent journalEvent(AttemptEvent event) {
        RequestKey key = new RequestKey(event.getDeviceId(), event.getRequestId());
        int attempt = event.getAttempt();
        String epoch = event.getEpoch();
        if (event.getEvent() instanceof Claimed claimed) {
            return new JournalEvent.Claimed(key, attempt, epoch, epochMs(claimed.getClaimedAt()));
        }
        if (event.getEvent() instanceof Closed closed) {
            Termination termination = new Termination(
                    Status.valueOf(closed.getStatus().name()),
                    Reason.valueOf(closed.getReason().name()));
            return new JournalEvent.Terminated(key, attempt, epoch, termination, epochMs(closed.getClosedAt()));
        }
        Finished finished = (Finished) event.getEvent();
        return new JournalEvent.Finished(
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
